import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { type LockedCrate, parseCargoLock } from './lock-file.ts';

/** The largest workspaces lock some thousand crates in less than one MB. */
const LARGEST_FILE = 32 * 1024 * 1024;
const MOST_REPORTS = 20;

/** crates.io, by its git and by its sparse index. */
const CRATES_IO = [
  'registry+https://github.com/rust-lang/crates.io-index',
  'sparse+https://index.crates.io/',
];

/** Crates that a Cargo.lock in a directory locks. */
export const cargoLock: Cataloguer<readonly LockedCrate[]> = {
  name: 'cargo-lock',
  origins: ['directory'],
  selects: { names: ['Cargo.lock'], maxBytes: LARGEST_FILE },
  read(file, report) {
    let reports = 0;
    return detach(
      parseCargoLock(file.text(), (reason) => {
        if (++reports <= MOST_REPORTS) report(reason);
      }),
    );
  },
  assemble: (evidence) => evidence.flatMap(packagesOf),
};

function packagesOf({ path, layer, facts }: Evidence<readonly LockedCrate[]>): readonly FoundPackage[] {
  const keys = new Map<string, string>();
  for (const [index, { name, version, source }] of facts.entries()) {
    // The shortest words that name a crate are what a lock file writes.
    for (const words of [`${name} ${version} (${source})`, `${name} ${version}`, name]) {
      if (!keys.has(words)) keys.set(words, `${path}#${index}`);
    }
  }
  const keyOf = (words: string): string | undefined =>
    // Version 1 writes all of it, also where the source of a git dependency is written in another way.
    keys.get(words) ?? keys.get(words.split(' ').slice(0, 2).join(' '));
  return facts.map(
    ({ name, version, source, checksum, dependencies }, index): FoundPackage => ({
      key: `${path}#${index}`,
      ...originOf(source),
      name,
      version,
      hashes: /^[0-9a-f]{64}$/.test(checksum ?? '') ? [{ algorithm: 'SHA-256', hex: checksum ?? '' }] : [],
      dependsOn: dependencies.flatMap((words) => keyOf(words) ?? []),
      completeness: 'complete',
      occurrences: [{ path, layer }],
    }),
  );
}

type Origin = Pick<FoundPackage, 'type' | 'qualifiers' | 'kind' | 'sourceUrl'>;

/** A crate of crates.io, of another registry, of a repository, or of the workspace itself. */
function originOf(source: string | undefined): Origin {
  if (source === undefined) return { type: 'generic', kind: 'application' };
  if (CRATES_IO.includes(source)) return { type: 'cargo' };
  const [kind = '', url = ''] = [source.slice(0, source.indexOf('+')), source.slice(source.indexOf('+') + 1)];
  if (kind !== 'git') return { type: 'cargo', qualifiers: { repository_url: url } };
  const commit = url.slice(url.lastIndexOf('#') + 1);
  const repository = url.replace(/[?#].*$/s, '');
  return { type: 'cargo', qualifiers: { vcs_url: `git+${repository}@${commit}` }, sourceUrl: repository };
}
