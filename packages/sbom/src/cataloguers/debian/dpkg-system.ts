import type { OwnedPaths } from '../../inventory/owned-paths.ts';
import type { Evidence } from '../cataloguer.ts';
import { readStanzas } from './control-file.ts';
import { type DpkgFacts, placeOf } from './dpkg-facts.ts';
import { joinOwned } from './owned-files.ts';

/** All files of one root file system; an image may hold a second one, as a chroot. */
export interface DpkgSystem {
  readonly root: string;
  /** Those that list packages: status before status.d before Chisel's manifest, each by path. */
  readonly databases: readonly Evidence<DpkgFacts>[];
  /** Files of a package: of `libc6:amd64` or `libc6`. */
  ownedBy(name: string, architecture: string | undefined): OwnedPaths | undefined;
  /** SHA-256 of the .deb, where the system still knows which was available. */
  sha256Of(name: string, version: string, architecture: string | undefined): string | undefined;
  /** Whether apt installed it because another package needs it; `undefined` where apt keeps no book. */
  isAutomatic(name: string): boolean | undefined;
}

const ORDER: readonly DpkgFacts['kind'][] = ['status', 'status.d', 'chisel'];

/** Sorts evidence by the root file system it is of. */
export function systemsIn(evidence: readonly Evidence<DpkgFacts>[]): readonly DpkgSystem[] {
  const roots = new Map<string, Evidence<DpkgFacts>[]>();
  for (const each of evidence) {
    const root = placeOf(each.path)?.root;
    if (root === undefined) continue;
    const there = roots.get(root);
    if (there === undefined) roots.set(root, [each]);
    else there.push(each);
  }
  return [...roots].map(([root, files]) => openSystem(root, files));
}

function openSystem(root: string, files: readonly Evidence<DpkgFacts>[]): DpkgSystem {
  const lists = new Map<string, OwnedPaths>();
  const rests = new Map<string, OwnedPaths[]>();
  const digests = new Map<string, string>();
  let automatic: Set<string> | undefined;
  for (const { path, facts } of files) {
    const of = placeOf(path)?.of ?? '';
    if (facts.kind === 'list') lists.set(of, facts.owned);
    else if (facts.kind === 'md5sums' || facts.kind === 'conffiles') {
      rests.set(of, [...(rests.get(of) ?? []), facts.owned]);
    } else if (facts.kind === 'available') {
      for (const stanza of readStanzas(facts.stanzas)) {
        const sha256 = stanza.get('sha256')?.toLowerCase() ?? '';
        if (/^[0-9a-f]{64}$/.test(sha256))
          digests.set(
            ['package', 'version', 'architecture'].map((field) => stanza.get(field)).join(' '),
            sha256,
          );
      }
    } else if (facts.kind === 'extended') {
      automatic ??= new Set();
      for (const stanza of readStanzas(facts.stanzas)) {
        if (stanza.get('auto-installed') === '1') automatic.add(stanza.get('package') ?? '');
      }
    }
  }
  return {
    root,
    databases: files
      .filter(({ facts }) => ORDER.includes(facts.kind))
      .sort((a, b) => ORDER.indexOf(a.facts.kind) - ORDER.indexOf(b.facts.kind)),
    ownedBy(name, architecture) {
      const names = [`${name}:${architecture}`, name];
      const list = names.map((each) => lists.get(each)).find((each) => each !== undefined);
      return list ?? joinOwned(names.flatMap((each) => rests.get(each) ?? []));
    },
    sha256Of: (name, version, architecture) => digests.get(`${name} ${version} ${architecture}`),
    isAutomatic: (name) => automatic?.has(name),
  };
}
