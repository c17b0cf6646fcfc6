import { type Cataloguer, type Evidence, firstLayers, type Scene } from '../cataloguer.ts';
import { dependenciesAmong, describe, type InstalledRpm } from './installed-rpm.ts';
import { replayLog } from './packages-table.ts';
import { FORMATS, RPM_SELECTION, type RpmFacts, type RpmFormat, readRpmFile, rootOf } from './rpm-files.ts';
import { nevra, type RpmPackage } from './rpm-package.ts';

/** A database as it is in the end, its log replayed. */
interface Database {
  readonly path: string;
  readonly format: RpmFormat;
  readonly packages: readonly RpmPackage[];
  /** The layer that brought a package; of those in a log only, the log's. */
  layerOf(name: string): string | undefined;
}

/**
 * Finds packages of rpm in all its databases: SQLite with its log, ndb, Berkeley DB, and the manifest of distroless
 * images. Where a system has several, those of the newest format that holds anything count: rpm leaves the old
 * database behind when it makes a new one.
 */
export const rpm: Cataloguer<RpmFacts> = {
  name: 'rpm',
  origins: ['image', 'directory'],
  selects: RPM_SELECTION,
  keepsEarlier: true,
  read: readRpmFile,
  assemble(evidence, scene) {
    const roots = new Map<string, Database[]>();
    const logs = new Map(
      evidence.filter(({ facts }) => facts.kind === 'log').map((each) => [each.path, each]),
    );
    for (const each of evidence) {
      if (each.facts.kind !== 'database') continue;
      const root = rootOf(each.path);
      const there = roots.get(root) ?? [];
      roots.set(root, there);
      there.push(openDatabase(each, each.facts, logs.get(`${each.path}-wal`), scene));
    }
    return [...roots].flatMap(([root, databases]) => {
      const installed = installedIn(root, databases);
      const dependencies = dependenciesAmong(installed);
      return installed.map((each) => ({ ...describe(each, scene.os), ...dependencies(each) }));
    });
  },
};

function openDatabase(
  evidence: Evidence<RpmFacts>,
  facts: Extract<RpmFacts, { kind: 'database' }>,
  log: Evidence<RpmFacts> | undefined,
  scene: Scene,
): Database {
  const { path } = evidence;
  const layers = firstLayers(evidence, namesIn);
  const known = {
    path,
    format: facts.format,
    layerOf: (name: string) => (layers.has(name) ? layers.get(name) : log?.layer),
  };
  if (log?.facts.kind !== 'log') return { ...known, packages: facts.packages };
  const replayed = replayLog(facts.table, log.facts.log, rootOf(path));
  if (replayed.broken > 0) scene.report(log.path, `${replayed.broken} of its changes could not be read.`);
  // A log that says nothing of packages leaves what the database said.
  const isUseless = replayed.packages.length === 0 && replayed.broken > 0;
  return { ...known, packages: isUseless ? facts.packages : replayed.packages };
}

function* namesIn(facts: RpmFacts): Generator<string> {
  if (facts.kind === 'database') for (const each of facts.packages) yield nevra(each);
}

function installedIn(root: string, databases: readonly Database[]): readonly InstalledRpm[] {
  const format = FORMATS.find((each) => databases.some((db) => db.format === each && db.packages.length > 0));
  const installed = new Map<string, InstalledRpm>();
  for (const { path, packages, layerOf } of databases.filter((database) => database.format === format)) {
    for (const each of packages) {
      const name = nevra(each);
      const known = installed.get(name);
      const occurrence = { path, layer: layerOf(name) };
      if (known === undefined) {
        const isListedOnly = format === 'manifest';
        installed.set(name, { key: root + name, rpm: each, isListedOnly, occurrences: [occurrence] });
      } else if (known.occurrences.at(-1)?.path !== path) known.occurrences.push(occurrence);
    }
  }
  return [...installed.values()];
}
