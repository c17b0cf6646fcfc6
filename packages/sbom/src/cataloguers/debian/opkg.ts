import type { OwnedPaths } from '../../inventory/owned-paths.ts';
import type { FoundPackage } from '../../inventory/package.ts';
import { type Cataloguer, type Evidence, firstLayers } from '../cataloguer.ts';
import { readCpe } from '../distribution/cpe-name.ts';
import { keepFields, readStanzas, type Stanza } from './control-file.ts';
import { nameOfStanza, PACKAGE_FIELDS, readState, SUMMARY_FIELDS } from './deb-package.ts';
import { dependenciesAmong, describe, type InstalledDeb } from './installed-deb.ts';
import { readOwnedFiles } from './owned-files.ts';

/** What one file of opkg says: the database, a package's control file, or what a package owns. */
export type OpkgFacts =
  | { readonly kind: 'status' | 'control'; readonly stanzas: Buffer }
  | { readonly kind: 'list'; readonly owned: OwnedPaths };

const PLACE = /^(|.*?\/)(?:var\/|usr\/)?lib\/opkg\/(?:(status)|info\/([^/]+)\.(control|list))$/;

/** Images of routers have some MB at all. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Finds packages of opkg, the manager of OpenWrt and Yocto: Debian's formats, for small systems. */
export const opkg: Cataloguer<OpkgFacts> = {
  name: 'opkg',
  origins: ['image', 'directory'],
  selects: {
    suffixes: ['lib/opkg/status'],
    folders: ['lib/opkg/info'],
    accepts: (path) => PLACE.test(path),
    maxBytes: MAX_BYTES,
  },
  keepsEarlier: true,

  read(file) {
    const [, root = '', status, , end] = PLACE.exec(file.path) ?? [];
    if (end === 'list') return { kind: 'list', owned: readOwnedFiles('list', file.text(), root) };
    const stanzas = keepFields(file.bytes, PACKAGE_FIELDS, SUMMARY_FIELDS);
    return { kind: status === undefined ? 'control' : 'status', stanzas };
  },

  assemble(evidence, scene) {
    const roots = new Map<string, Evidence<OpkgFacts>[]>();
    for (const each of evidence) {
      const root = PLACE.exec(each.path)?.[1] ?? '';
      const there = roots.get(root);
      if (there === undefined) roots.set(root, [each]);
      else there.push(each);
    }
    return [...roots].flatMap(([root, files]) => {
      const installed = installedIn(root, files);
      const dependencies = dependenciesAmong(installed);
      return installed.map((each): FoundPackage => {
        const licence = each.stanza.get('license');
        const cpe = readCpe(each.stanza.get('cpe-id') ?? '');
        return {
          ...describe(each, 'opkg', scene.os),
          ...dependencies(each),
          namespace: scene.os?.id,
          isDirect: isDirect(each.stanza),
          licences: licence ? [{ text: licence, style: 'free' }] : [],
          cpes: cpe === undefined ? undefined : [cpe],
        };
      });
    });
  },
};

/** opkg notes who asked: `install user installed`, or `Auto-Installed: yes`. */
function isDirect(stanza: Stanza): boolean {
  const flags = stanza.get('status')?.split(/\s+/)[1]?.split(',') ?? [];
  return flags.includes('user') || stanza.get('auto-installed') !== 'yes';
}

/** Packages of the database, with what their control files add; of control files alone where there is none. */
function installedIn(root: string, files: readonly Evidence<OpkgFacts>[]): readonly InstalledDeb[] {
  const lists = new Map<string, OwnedPaths>();
  const controls = new Map<string, Stanza>();
  for (const { path, facts } of files) {
    const of = PLACE.exec(path)?.[3] ?? '';
    if (facts.kind === 'list') lists.set(of, facts.owned);
    if (facts.kind === 'control') for (const stanza of readStanzas(facts.stanzas)) controls.set(of, stanza);
  }
  const databases = files.filter(({ facts }) => facts.kind === 'status');
  const installed = new Map<string, InstalledDeb>();
  for (const database of databases.length > 0 ? databases : files) {
    const layers = firstLayers(database, (facts) => installedStanzas(facts).map(nameOfStanza));
    for (const stanza of installedStanzas(database.facts)) {
      const key = root + nameOfStanza(stanza);
      const name = stanza.get('package') ?? '';
      const occurrence = { path: database.path, layer: layers.get(nameOfStanza(stanza)) };
      const known = installed.get(key);
      if (known !== undefined) known.occurrences.push(occurrence);
      else {
        const whole = new Map([...(controls.get(name) ?? []), ...stanza]);
        const owned = lists.get(name);
        installed.set(key, { key, stanza: whole, occurrences: [occurrence], sha256: undefined, owned });
      }
    }
  }
  return [...installed.values()];
}

function installedStanzas(facts: OpkgFacts): readonly Stanza[] {
  if (facts.kind === 'list') return [];
  return [...readStanzas(facts.stanzas)].filter(
    (stanza) =>
      readState(stanza.get('status'), facts.kind === 'control') === 'installed' &&
      Boolean(stanza.get('package')) &&
      Boolean(stanza.get('version')),
  );
}
