import { SuiteError } from '@artifact-lifecycle/core';
import { asText, isJsonObject, type JsonObject, objectField, textField } from '../json.ts';
import { parseYaml } from '../yaml.ts';
import { type LockedPackage, type LockedTree, NO_ROOTS } from './locked-tree.ts';
import { isPackageName, splitSpecifier } from './package-name.ts';

/** A version of what is not fetched: workspaces, links. */
const LOCAL_VERSION = '0.0.0-use.local';

/**
 * Reads yarn.lock as Yarn 2 and later write it: YAML with `__metadata`. Its checksums are of Yarn's own zip files and
 * so no hashes of the packages.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseYarnBerry(text: string): LockedTree {
  const [lock] = parseYaml(text);
  if (!isJsonObject(lock)) throw new SuiteError('CONTENT_INVALID', 'It is no lock file of Yarn.');
  const entries = Object.entries(lock).flatMap(([key, entry]) =>
    key === '__metadata' || !isJsonObject(entry) ? [] : [{ requests: key.split(/\s*,\s+/), entry }],
  );
  const ids = new Map<string, string>();
  const patched = new Map<string, string>();
  for (const { requests } of entries) {
    const [id = ''] = requests;
    for (const request of requests) {
      ids.set(request, id);
      // `fsevents@patch:fsevents@npm%3A^2.1.2#…` answers whoever asks for `fsevents@npm:^2.1.2`.
      const [, source] = /^[^:]+@patch:([^#]+)#/.exec(request) ?? [];
      if (source !== undefined) patched.set(withProtocol(source.replaceAll('%3A', ':')), id);
    }
  }
  for (const [request, id] of patched) ids.set(request, id);
  const packages = entries.flatMap(
    ({ requests, entry }) => describeEntry(requests[0] ?? '', entry, ids) ?? [],
  );
  const required = packages.flatMap(({ isWorkspace, requires, mayUse = [] }) =>
    isWorkspace === true ? [...requires, ...mayUse] : [],
  );
  return { packages, roots: { ...NO_ROOTS, required }, hasScopes: false, requests: [...ids] };
}

function describeEntry(
  id: string,
  entry: JsonObject,
  ids: ReadonlyMap<string, string>,
): LockedPackage | undefined {
  const resolution = textField(entry, 'resolution') ?? id;
  const { name, rest = '' } = splitSpecifier(resolution);
  if (!isPackageName(name)) return undefined;
  const version = textField(entry, 'version');
  const metas = objectField(entry, 'dependenciesMeta');
  const required: string[] = [];
  const optional: string[] = [];
  for (const [asked, range] of Object.entries(objectField(entry, 'dependencies'))) {
    const isOptional = textField(objectField(metas, asked), 'optional') === 'true';
    (isOptional ? optional : required).push(`${asked}@${asText(range) ?? ''}`);
  }
  const find = (requests: readonly string[]): readonly string[] =>
    requests.flatMap((request) => ids.get(request) ?? ids.get(withProtocol(request)) ?? []);
  const requires = find(required);
  return {
    id,
    name,
    version: version === LOCAL_VERSION ? undefined : version,
    resolved: /^(?:https?|git|ssh)[:@+]|\.git#/.test(rest) ? rest : undefined,
    isWorkspace: rest.startsWith('workspace:'),
    requires,
    mayUse: find(optional),
    isIncomplete: requires.length < required.length,
  };
}

/** Ranges without a protocol are of the registry: `lodash@^4` is `lodash@npm:^4`. */
function withProtocol(request: string): string {
  const { name, rest = '' } = splitSpecifier(request);
  return /^[a-z+]+:/.test(rest) ? request : `${name}@npm:${rest}`;
}
