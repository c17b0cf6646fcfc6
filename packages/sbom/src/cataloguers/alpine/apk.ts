import { distroQualifier } from '../../inventory/os-release.ts';
import type { FoundPackage, Hash, Occurrence } from '../../inventory/package.ts';
import { type Cataloguer, type Evidence, firstLayers, type Scene } from '../cataloguer.ts';
import { Capabilities, meet } from '../distribution/capabilities.ts';
import { readParty } from '../distribution/party.ts';
import { stated } from '../stated.ts';
import { type ApkRecord, type InstalledDb, readInstalledDb, readNames, readRecords } from './installed-db.ts';

/** What one file of apk says: what is installed, or what was asked for. */
export type ApkFacts =
  | ({ readonly kind: 'installed' } & InstalledDb)
  | { readonly kind: 'world'; readonly names: ReadonlySet<string> };

/** apk-tools 3 keeps its database in usr/lib where a system has merged lib into usr. */
const PLACE = /^(|.*?\/)(?:(?:usr\/)?(lib\/apk\/db\/installed)|etc\/apk\/world)$/;

/** A desktop's database has some 10 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

interface Installed {
  readonly key: string;
  readonly record: ApkRecord;
  readonly occurrences: Occurrence[];
  readonly owned: FoundPackage['owned'];
}

/** Finds packages of apk: Alpine, Wolfi, Chainguard, postmarketOS. */
export const apk: Cataloguer<ApkFacts> = {
  name: 'apk',
  origins: ['image', 'directory'],
  selects: {
    suffixes: ['lib/apk/db/installed', 'etc/apk/world'],
    accepts: (path) => PLACE.test(path),
    maxBytes: MAX_BYTES,
  },
  keepsEarlier: true,

  read(file, report) {
    const [, root = '', database] = PLACE.exec(file.path) ?? [];
    if (database === undefined) return { kind: 'world', names: new Set(readNames(file.text().trim())) };
    const db = readInstalledDb(file.text(), root);
    if (db.broken > 0) report(`${db.broken} of its records have no name or no version.`);
    return { kind: 'installed', ...db };
  },

  assemble(evidence, scene) {
    const roots = new Map<
      string,
      { databases: Evidence<ApkFacts>[]; world: ReadonlySet<string> | undefined }
    >();
    for (const each of evidence) {
      const root = PLACE.exec(each.path)?.[1] ?? '';
      const system = roots.get(root) ?? { databases: [], world: undefined };
      roots.set(root, system);
      if (each.facts.kind === 'world') system.world = each.facts.names;
      else system.databases.push(each);
    }
    return [...roots].flatMap(([root, { databases, world }]) => {
      const installed = installedIn(root, databases);
      const provided = providedBy(installed);
      return installed.map((each): FoundPackage => {
        const needs = [...readNames(each.record.get('D'))].map((name) => [provided.providersOf(name)]);
        return {
          ...describe(each, scene),
          ...meet(each.key, needs),
          isDirect: world?.has(each.record.get('P') ?? ''),
        };
      });
    });
  },
};

const nameOf = (record: ApkRecord) => `${record.get('P')}=${record.get('V')}`;

function installedIn(root: string, databases: readonly Evidence<ApkFacts>[]): readonly Installed[] {
  const installed = new Map<string, Installed>();
  for (const database of databases) {
    const { facts, path } = database;
    if (facts.kind !== 'installed') continue;
    const layers = firstLayers(database, namesIn);
    let at = 0;
    for (const record of readRecords(facts.records)) {
      const owned = facts.owned[at++];
      const name = nameOf(record);
      const known = installed.get(name);
      const occurrence = { path, layer: layers.get(name) };
      if (known === undefined)
        installed.set(name, { key: root + name, record, occurrences: [occurrence], owned });
      else if (known.occurrences.at(-1)?.path !== path) known.occurrences.push(occurrence);
    }
  }
  return [...installed.values()];
}

function* namesIn(facts: ApkFacts): Generator<string> {
  if (facts.kind === 'installed') for (const record of readRecords(facts.records)) yield nameOf(record);
}

function providedBy(installed: readonly Installed[]): Capabilities {
  const provided = new Capabilities();
  for (const { key, record } of installed) provided.add(record.get('P') ?? '', key);
  for (const { key, record } of installed) {
    for (const name of readNames(record.get('p'))) provided.add(name, key);
  }
  return provided;
}

function describe({ key, record, occurrences, owned }: Installed, { os }: Scene): FoundPackage {
  const name = record.get('P') ?? '';
  const origin = record.get('o');
  const qualifiers: readonly (readonly [string, string | undefined])[] = [
    ['arch', record.get('A')],
    ['distro', os === undefined ? undefined : distroQualifier(os)],
    ['upstream', origin === name ? undefined : origin],
  ];
  const properties: readonly (readonly [string, string | undefined])[] = [
    ['apk.checksum', record.get('C')],
    ['apk.commit', record.get('c')],
    // What `apk add --virtual` makes: no package of a distribution, and no advisory's business.
    ['apk.virtual', record.get('T') === 'virtual meta package' ? 'true' : undefined],
  ];
  const licence = record.get('L');
  return {
    key,
    type: 'apk',
    namespace: os?.id ?? 'alpine',
    name,
    version: record.get('V'),
    qualifiers: stated(qualifiers),
    supplier: readParty(record.get('m')),
    description: record.get('T'),
    homepage: record.get('U'),
    licences: licence === undefined ? [] : [{ text: licence, style: 'alpine' }],
    hashes: readChecksum(record.get('C')),
    source: { name: origin ?? name, version: record.get('V') },
    properties: stated(properties),
    occurrences,
    owned,
  };
}

/**
 * Reads `Q1` with SHA-1 or `Q2` with SHA-256 in base64: the hash by which apk itself knows the package, of its
 * control part, which holds the hash of the rest.
 */
function readChecksum(text: string | undefined): readonly Hash[] | undefined {
  const [, kind, base64 = ''] = /^Q([12])([A-Za-z0-9+/]+={0,2})$/.exec(text ?? '') ?? [];
  const hex = Buffer.from(base64, 'base64').toString('hex');
  if (kind === '1' && hex.length === 40) return [{ algorithm: 'SHA-1', hex }];
  if (kind === '2' && hex.length === 64) return [{ algorithm: 'SHA-256', hex }];
  return undefined;
}
