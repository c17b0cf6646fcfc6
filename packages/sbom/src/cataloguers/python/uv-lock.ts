import type { PackageScope } from '../../inventory/package.ts';
import { field, isJsonObject, type JsonObject, listField, objectField, textField } from '../json.ts';
import { parseToml } from '../toml.ts';
import {
  chooseFile,
  fromRepository,
  groupByName,
  type LockedPackage,
  type LockedRequirement,
  type LockFile,
  type Origin,
} from './locked.ts';
import { isProjectName, MAX_REQUIREMENTS, normalizeName } from './requirement.ts';

/** A package of the lock file with what it asks for, by why it does. */
interface Entry {
  readonly table: JsonObject;
  readonly name: string;
  readonly version: string | undefined;
  /** A project of the workspace, not something that was downloaded. */
  readonly isProject: boolean;
  readonly required: readonly LockedRequirement[];
  readonly optional: readonly LockedRequirement[];
  readonly development: readonly LockedRequirement[];
}

/**
 * Reads `uv.lock` and the `*.py.lock` of scripts. The scope of a package is that of the strongest chain which
 * leads to it from a project. Extras of dependencies stand there only where somebody asked for them.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parseUvLock(text: string): LockFile {
  const document = parseToml(text);
  const entries = listField(document, 'package').flatMap((each) => asEntry(each) ?? []);
  const projects = entries.filter(({ isProject }) => isProject);
  const ofScript = readRequirements(listField(objectField(document, 'manifest'), 'requirements'));
  const roots: Roots = {
    required: [...ofScript, ...projects.flatMap(({ required }) => required)],
    optional: projects.flatMap(({ optional }) => optional),
    development: projects.flatMap(({ development }) => development),
  };
  const scopes = reachScopes(entries, roots);
  const direct = new Set(Object.values(roots).flatMap((each) => each.map(({ name }) => name)));
  const packages = entries.map((entry): LockedPackage => {
    const { table, name, version, isProject, required, optional, development } = entry;
    return {
      name,
      version,
      scope: scopes.get(entry) ?? 'required',
      requires: [...required, ...optional, ...development],
      isDirect: isProject || direct.has(normalizeName(name)),
      kind: isProject ? 'application' : undefined,
      origin: originOf(table),
    };
  });
  return { packages, hasEdges: true };
}

type Roots = Readonly<Record<PackageScope, readonly LockedRequirement[]>>;

function asEntry(table: unknown): Entry | undefined {
  if (!isJsonObject(table)) return undefined;
  const name = textField(table, 'name');
  if (name === undefined || !isProjectName(name)) return undefined;
  const source = objectField(table, 'source');
  return {
    table,
    name,
    version: textField(table, 'version'),
    isProject: field(source, 'virtual') !== undefined || field(source, 'editable') !== undefined,
    required: readRequirements(listField(table, 'dependencies')),
    optional: readGroups(objectField(table, 'optional-dependencies')),
    development: readGroups(objectField(table, 'dev-dependencies')),
  };
}

function readGroups(groups: JsonObject): readonly LockedRequirement[] {
  const all = Object.values(groups).flatMap((group): readonly unknown[] =>
    Array.isArray(group) ? group : [],
  );
  return readRequirements(all);
}

function readRequirements(list: readonly unknown[]): readonly LockedRequirement[] {
  return list
    .slice(0, MAX_REQUIREMENTS)
    .filter(isJsonObject)
    .flatMap((each) => {
      const name = textField(each, 'name');
      return name === undefined ? [] : [{ name: normalizeName(name), version: textField(each, 'version') }];
    });
}

/** The strongest scope each package is reached by, each visited once in all. */
function reachScopes(entries: readonly Entry[], roots: Roots): ReadonlyMap<Entry, PackageScope> {
  const byName = groupByName(entries);
  const scopes = new Map<Entry, PackageScope>();
  for (const entry of entries) if (entry.isProject) scopes.set(entry, 'required');
  for (const scope of ['required', 'optional', 'development'] as const) {
    const seen = new Set<string>();
    const waiting = [...roots[scope]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { name, version } = next;
      const wanted = `${name} ${version ?? ''}`;
      if (seen.has(wanted)) continue;
      seen.add(wanted);
      for (const entry of byName.get(name) ?? []) {
        if (scopes.has(entry) || (version !== undefined && version !== entry.version)) continue;
        scopes.set(entry, scope);
        waiting.push(...entry.required, ...entry.optional);
      }
    }
  }
  return scopes;
}

function originOf(table: JsonObject): Origin | undefined {
  const source = objectField(table, 'source');
  const git = textField(source, 'git');
  if (git !== undefined) {
    // `https://github.com/a/b?rev=main#<commit>`
    const [address = '', commit] = git.split('#');
    return fromRepository('git', address.split('?')[0] ?? address, commit);
  }
  const sdist = field(table, 'sdist');
  const files = [...listField(table, 'wheels'), ...(sdist === undefined ? [] : [sdist])];
  const chosen = chooseFile(
    files.filter(isJsonObject).map((file) => ({
      name: textField(file, 'url') ?? textField(file, 'path') ?? '',
      hash: textField(file, 'hash'),
    })),
  );
  return { ...chosen, downloadUrl: textField(source, 'url') ?? chosen.downloadUrl };
}
