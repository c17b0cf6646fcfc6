import type { FoundPackage, Hash } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { parseIntegrity } from '../javascript/integrity.ts';
import { asText, isJsonObject, type JsonObject, objectField, parseJsonObject, textField } from '../json.ts';

/** The SDK's largest has 500 kB. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Fields of a target that name files which are there at run time. */
const ASSETS = ['runtime', 'runtimeTargets', 'native', 'resources'];

const PACK_PREFIX = 'runtimepack.';

interface Library {
  /** `Newtonsoft.Json/13.0.1`. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly isProject: boolean;
  readonly hashes: readonly Hash[];
  /** Ids. */
  readonly requires: readonly string[];
  readonly isIncomplete: boolean;
}

/** Libraries of an application of .NET that are there at run time. */
export interface DepsJson {
  readonly libraries: readonly Library[];
}

/** Applications of .NET, and .NET itself, by the `*.deps.json` that is built with them. */
export const dotnetDeps: Cataloguer<DepsJson> = {
  name: 'dotnet-deps',
  origins: ['image', 'directory'],
  selects: { extensions: ['.deps.json'], maxBytes: MAX_BYTES },
  read: (file) => detach({ libraries: parseDepsJson(file.text()) }),
  assemble: (evidence) => evidence.flatMap(describeLibraries),
};

/**
 * Reads a `*.deps.json` (dotnet/sdk, "runtime-configuration-file"). A package with no file at run time, of its own or
 * of what it needs, was there for building only.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseDepsJson(text: string): readonly Library[] {
  const deps = parseJsonObject(text);
  const libraries = objectField(deps, 'libraries');
  const runtime = textField(objectField(deps, 'runtimeTarget'), 'name') ?? '';
  const target = objectField(objectField(deps, 'targets'), runtime);
  const ids = new Map(Object.keys(libraries).map((id) => [id.toLowerCase(), id]));
  const found = Object.entries(libraries).flatMap(([id, library]) =>
    isJsonObject(library) ? (readLibrary(id, library, objectField(target, id), ids) ?? []) : [],
  );
  // Without a target that fits nobody knows which of them are there.
  if (Object.keys(target).length === 0) return found;
  const deployed = findDeployed(found, target);
  return found.filter(({ id, isProject }) => isProject || deployed.has(id));
}

function readLibrary(
  id: string,
  library: JsonObject,
  place: JsonObject,
  ids: ReadonlyMap<string, string>,
): Library | undefined {
  const slash = id.lastIndexOf('/');
  const type = textField(library, 'type')?.toLowerCase();
  const isProject = type === 'project';
  if (slash <= 0 || slash === id.length - 1) return undefined;
  if (!isProject && type !== 'package' && type !== 'runtimepack') return undefined;
  const name = id.slice(0, slash);
  const required = Object.entries(objectField(place, 'dependencies'));
  const requires = required.flatMap(
    ([other, version]) => ids.get(`${other}/${asText(version) ?? ''}`.toLowerCase()) ?? [],
  );
  return {
    id,
    // A runtime pack is a package of that name without the prefix.
    name: type === 'runtimepack' && name.startsWith(PACK_PREFIX) ? name.slice(PACK_PREFIX.length) : name,
    version: id.slice(slash + 1),
    isProject,
    hashes: parseIntegrity(textField(library, 'sha512')),
    requires,
    isIncomplete: requires.length < required.length,
  };
}

/** Ids of those that have files at run time, and of those that need one of these. */
function findDeployed(libraries: readonly Library[], target: JsonObject): ReadonlySet<string> {
  const neededBy = new Map<string, string[]>();
  for (const { id, requires } of libraries) {
    for (const other of requires) {
      const list = neededBy.get(other);
      if (list === undefined) neededBy.set(other, [id]);
      else list.push(id);
    }
  }
  const hasFiles = (id: string): boolean =>
    ASSETS.some((field) => Object.keys(objectField(objectField(target, id), field)).length > 0);
  const open = libraries.flatMap(({ id }) => (hasFiles(id) ? [id] : []));
  const deployed = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (deployed.has(id)) continue;
    deployed.add(id);
    for (const other of neededBy.get(id) ?? []) open.push(other);
  }
  return deployed;
}

function describeLibraries({ path, layer, facts }: Evidence<DepsJson>): readonly FoundPackage[] {
  const keyOf = (id: string): string => `${path}#${id}`;
  const direct = new Set(facts.libraries.flatMap(({ isProject, requires }) => (isProject ? requires : [])));
  return facts.libraries.map((library) => ({
    key: keyOf(library.id),
    type: 'nuget',
    name: library.name,
    version: library.version,
    kind: library.isProject ? 'application' : undefined,
    hashes: library.hashes,
    dependsOn: [...new Set(library.requires.map(keyOf))].sort(),
    isDirect: direct.has(library.id),
    completeness: library.isIncomplete ? 'incomplete' : 'complete',
    occurrences: [{ path, layer }],
  }));
}
