import { basename, dirname } from 'node:path/posix';
import type { FoundPackage, PackageScope } from '../../inventory/package.ts';
import type { Cataloguer, Evidence, FoundFile, Scene } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { groupByName, type LockedPackage, type LockFile } from './locked.ts';
import { type Manifest, parsePipfile, parseProject } from './manifest.ts';
import { parsePdmLock } from './pdm-lock.ts';
import { parsePipfileLock } from './pipfile-lock.ts';
import { parsePoetryLock } from './poetry-lock.ts';
import { parsePylock } from './pylock.ts';
import { normalizeName } from './requirement.ts';
import { parseRequirements } from './requirements.ts';
import { parseUvLock } from './uv-lock.ts';

/** A lock file, or what the project beside it says itself. */
export type LockFacts =
  | { readonly kind: 'lock'; readonly file: LockFile }
  | { readonly kind: 'manifest'; readonly manifest: Manifest };

/** The lock files of the largest workspaces have some ten megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** How many of the requirements without a version a report names. */
const MAX_NAMED = 10;

/**
 * Python's lock files: `requirements*.txt` (and files in a folder `requirements`), `poetry.lock`, `Pipfile.lock`,
 * `uv.lock`, `*.py.lock`, `pdm.lock`, `pylock.toml`. For directories: in an image only what is installed counts.
 */
export const pythonLockFiles: Cataloguer<LockFacts> = {
  name: 'python-lock-files',
  origins: ['directory'],
  selects: {
    names: ['poetry.lock', 'Pipfile.lock', 'uv.lock', 'pdm.lock', 'pyproject.toml', 'Pipfile'],
    extensions: ['.txt', '.py.lock', '.toml'],
    accepts: (path) => {
      if (path.endsWith('.txt')) return isRequirements(path);
      return !path.endsWith('.toml') || basename(path) === 'pyproject.toml' || isPylock(path);
    },
    maxBytes: MAX_BYTES,
  },
  read(file) {
    const facts = readFacts(file);
    return detach(facts);
  },
  assemble(evidence, scene) {
    const manifests = new Map<string, Manifest>();
    for (const { path, facts } of evidence) {
      if (facts.kind === 'manifest') manifests.set(`${dirname(path)} ${lockedBy(path)}`, facts.manifest);
    }
    return evidence.flatMap((each) => {
      const kind = basename(each.path) === 'Pipfile.lock' ? 'Pipfile' : 'pyproject';
      const manifest = manifests.get(`${dirname(each.path)} ${kind}`);
      return each.facts.kind === 'lock' ? describeAll(each, each.facts.file, manifest, scene) : [];
    });
  },
};

function lockedBy(path: string): 'Pipfile' | 'pyproject' {
  return basename(path) === 'Pipfile' ? 'Pipfile' : 'pyproject';
}

function isRequirements(path: string): boolean {
  return basename(path).includes('requirements') || basename(dirname(path)) === 'requirements';
}

/** `pylock.toml`, `pylock.dev.toml` (PEP 751, "File name"). */
function isPylock(path: string): boolean {
  return /^pylock(?:\.[^.]+)?\.toml$/.test(basename(path));
}

function readFacts(file: FoundFile): LockFacts {
  const lock = (read: LockFile): LockFacts => ({ kind: 'lock', file: read });
  switch (basename(file.path)) {
    case 'poetry.lock':
      return lock(parsePoetryLock(file.text()));
    case 'Pipfile.lock':
      return lock(parsePipfileLock(file.text()));
    case 'pdm.lock':
      return lock(parsePdmLock(file.text()));
    case 'pyproject.toml':
      return { kind: 'manifest', manifest: parseProject(file.text()) };
    case 'Pipfile':
      return { kind: 'manifest', manifest: parsePipfile(file.text()) };
    default:
      if (file.path.endsWith('.txt')) return lock(parseRequirements(file.bytes, file.path));
      return lock(file.path.endsWith('.toml') ? parsePylock(file.text()) : parseUvLock(file.text()));
  }
}

/** The packages of one lock file; entries of one name and version are one. */
function describeAll(
  { path, layer }: Evidence<LockFacts>,
  { packages, hasEdges, unpinned = [] }: LockFile,
  manifest: Manifest | undefined,
  scene: Scene,
): readonly FoundPackage[] {
  if (unpinned.length > 0) {
    const named = unpinned.slice(0, MAX_NAMED).join(', ');
    const more = unpinned.length > MAX_NAMED ? ` and ${unpinned.length - MAX_NAMED} more` : '';
    scene.report(path, `It pins no version of ${named}${more}.`);
  }
  const byName = groupByName(packages);
  const direct = new Set(manifest?.direct);
  const keyOf = ({ name, version }: LockedPackage): string =>
    `${path}#${normalizeName(name)}@${version ?? ''}`;
  const found = new Map<string, FoundPackage>();
  for (const each of packages) {
    const key = keyOf(each);
    const before = found.get(key);
    const needed = each.requires.flatMap(({ name, version }) =>
      (byName.get(name) ?? []).filter((one) => version === undefined || one.version === version).map(keyOf),
    );
    const scope = scopeIn(each, manifest);
    found.set(key, {
      key,
      type: 'pypi',
      name: each.name,
      version: each.version,
      qualifiers: qualifiersOf(each),
      kind: each.kind,
      scope: before === undefined ? scope : strongest(before.scope ?? 'required', scope),
      description: each.description,
      sourceUrl: each.origin?.vcs?.url,
      downloadUrl: each.origin?.downloadUrl ?? before?.downloadUrl,
      hashes: each.origin?.hashes ?? before?.hashes ?? [],
      dependsOn: [...new Set([...(before?.dependsOn ?? []), ...needed])].filter((one) => one !== key).sort(),
      completeness: hasEdges ? 'complete' : 'unknown',
      isDirect: each.isDirect === true || before?.isDirect === true || direct.has(normalizeName(each.name)),
      occurrences: [{ path, layer }],
    });
  }
  return [...found.values()];
}

function qualifiersOf({ origin }: LockedPackage): Readonly<Record<string, string>> | undefined {
  const vcs = origin?.vcs;
  if (vcs === undefined) return undefined;
  return { vcs_url: `${vcs.kind}+${vcs.url}${vcs.commit === undefined ? '' : `@${vcs.commit}`}` };
}

/** The project's own file knows best which of its groups are extras, and which for development. */
function scopeIn({ scope, groups }: LockedPackage, manifest: Manifest | undefined): PackageScope {
  if (scope === 'required' || groups === undefined || manifest === undefined) return scope;
  if (groups.some((group) => manifest.extras.includes(group))) return 'optional';
  return groups.every((group) => manifest.developmentGroups.includes(group)) ? 'development' : scope;
}

function strongest(one: PackageScope, other: PackageScope): PackageScope {
  return (
    (['required', 'optional'] as const).find((scope) => scope === one || scope === other) ?? 'development'
  );
}
