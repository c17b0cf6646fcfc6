import type { OwnedPaths } from '../../inventory/owned-paths.ts';
import type { FoundPackage } from '../../inventory/package.ts';
import { type Cataloguer, type Evidence, firstLayers, type Scene } from '../cataloguer.ts';
import { isThirdParty } from '../distribution/third-party.ts';
import { readStanzas, type Stanza } from './control-file.ts';
import { nameOfStanza, readState } from './deb-package.ts';
import { DPKG_SELECTION, type DpkgFacts, readDpkgFile } from './dpkg-facts.ts';
import { type DpkgSystem, systemsIn } from './dpkg-system.ts';
import { dependenciesAmong, describe, guessDistribution, type InstalledDeb } from './installed-deb.ts';

/** A broken database is said to be so; thousands of sentences would say no more. */
const MAX_REPORTS = 20;

/**
 * Finds Debian packages: dpkg's status, the status.d of distroless images, and Chisel's manifest; all of them at
 * once where an image has several, and a package that stands in two of them once.
 */
export const dpkg: Cataloguer<DpkgFacts> = {
  name: 'dpkg',
  origins: ['image', 'directory'],
  selects: DPKG_SELECTION,
  keepsEarlier: true,
  read: readDpkgFile,
  assemble(evidence, scene) {
    const licences = new Map<string, readonly string[]>();
    for (const { path, facts } of evidence)
      if (facts.kind === 'copyright') licences.set(path, facts.licences);
    return systemsIn(evidence).flatMap((system) => {
      const installed = installedIn(system, scene);
      const dependencies = dependenciesAmong(installed);
      const namespace = scene.os?.id ?? guessDistribution(installed);
      return installed.map((each): FoundPackage => {
        const name = each.stanza.get('package') ?? '';
        // A package's folder of documents can be a link to that of its source's other package.
        const copyright = scene.resolve(`${system.root}usr/share/doc/${name}/copyright`);
        return {
          ...describe(each, 'deb', scene.os),
          ...dependencies(each),
          namespace,
          isDirect: isDirect(each.stanza, system),
          isThirdParty: isThirdParty(each.stanza.get('maintainer'), scene.os),
          licences: (licences.get(copyright) ?? []).map((text) => ({ text, style: 'debian' })),
        };
      });
    });
  },
};

/**
 * Whether somebody asked for it: apt keeps book of what it installed for others. What came with the system is in no
 * book; that is told by its priority.
 */
function isDirect(stanza: Stanza, system: DpkgSystem): boolean | undefined {
  const isAutomatic = system.isAutomatic(stanza.get('package') ?? '');
  if (isAutomatic === undefined) return undefined;
  return !isAutomatic && !/^(?:required|important|standard)$/.test(stanza.get('priority') ?? '');
}

function installedIn(system: DpkgSystem, scene: Scene): readonly InstalledDeb[] {
  const installed = new Map<string, InstalledDeb>();
  for (const database of system.databases) {
    const layers = firstLayers(database, namesIn);
    for (const { stanza, sha256, owned } of entriesOf(database, scene)) {
      const name = nameOfStanza(stanza);
      const occurrence = { path: database.path, layer: layers.get(name) };
      const known = installed.get(name);
      if (known === undefined) {
        const [pkg = '', version = '', arch] = ['package', 'version', 'architecture'].map((field) =>
          stanza.get(field),
        );
        installed.set(name, {
          key: system.root + name,
          stanza,
          occurrences: [occurrence],
          sha256: sha256 ?? system.sha256Of(pkg, version, arch),
          owned: owned ?? system.ownedBy(pkg, arch),
        });
      } else if (known.occurrences.at(-1)?.path !== database.path) known.occurrences.push(occurrence);
    }
  }
  return [...installed.values()];
}

interface Entry {
  readonly stanza: Stanza;
  readonly sha256?: string | undefined;
  readonly owned?: OwnedPaths | undefined;
}

/** What is installed by one database; what should be and is broken is reported. */
function* entriesOf({ path, facts }: Evidence<DpkgFacts>, scene: Scene): Generator<Entry> {
  if (facts.kind === 'chisel') {
    for (const { name, version, architecture, sha256, owned } of facts.packages) {
      const fields = [
        ['package', name],
        ['version', version],
        ['architecture', architecture],
      ] as const;
      const stanza = new Map(
        fields.flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const])),
      );
      yield { stanza, sha256, owned };
    }
    return;
  }
  if (facts.kind !== 'status' && facts.kind !== 'status.d') return;
  let reports = 0;
  const report = (reason: string) => {
    if (++reports <= MAX_REPORTS) scene.report(path, reason);
  };
  for (const stanza of readStanzas(facts.stanzas)) {
    const state = readState(stanza.get('status'), facts.kind === 'status.d');
    const name = stanza.get('package');
    if (state === 'absent') continue;
    if (!name) report('A package in it has no name.');
    else if (!stanza.get('version')) report(`Package ${name} in it has no version.`);
    else if (state === 'broken')
      report(`Package ${name} is neither installed nor removed: ${stanza.get('status')}.`);
    else yield { stanza };
  }
}

function* namesIn(facts: DpkgFacts): Generator<string> {
  if (facts.kind === 'chisel') {
    for (const { name, version, architecture } of facts.packages)
      yield `${name}:${architecture ?? ''}=${version}`;
  } else if (facts.kind === 'status' || facts.kind === 'status.d') {
    for (const stanza of readStanzas(facts.stanzas)) {
      if (readState(stanza.get('status'), facts.kind === 'status.d') === 'installed')
        yield nameOfStanza(stanza);
    }
  }
}
