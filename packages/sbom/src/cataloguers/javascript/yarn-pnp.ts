import { SuiteError } from '@artifact-lifecycle/core';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { asText, isJsonObject, type JsonObject, listField, parseJsonObject } from '../json.ts';
import { assembleLockFiles, type LockFacts } from './locked-packages.ts';
import { type LockedPackage, type LockedTree, NO_ROOTS } from './locked-tree.ts';
import { isPackageName, splitSpecifier } from './package-name.ts';

/** A map of 10 000 packages has 10 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

const STATE = 'RAW_RUNTIME_STATE';

/**
 * What Yarn installed without `node_modules` (Plug'n'Play): the map of packages that Node is given, `.pnp.cjs` since
 * Yarn 3.2 or `.pnp.data.json`. The packages themselves lie in zip files.
 */
export const yarnPnp: Cataloguer<LockFacts> = {
  name: 'yarn-pnp',
  origins: ['image', 'directory'],
  selects: { names: ['.pnp.cjs', '.pnp.data.json'], maxBytes: MAX_BYTES },
  read(file, report) {
    const text = file.path.endsWith('.json') ? file.text() : extractState(file.text());
    // Older maps are code, or their data is in the other file.
    if (text === undefined) return undefined;
    const tree = parsePnpData(text);
    if (tree.packages.length === 0) report('It has no packages.');
    return detach<LockFacts>({ kind: 'lock', tree });
  },
  assemble: assembleLockFiles,
};

/** The data in `.pnp.cjs`: one text of JavaScript in single quotation marks, over many lines. */
function extractState(script: string): string | undefined {
  const named = script.indexOf(STATE);
  const start = named < 0 ? -1 : script.indexOf("'", named);
  if (start < 0) return undefined;
  let end = start + 1;
  while (end < script.length && script[end] !== "'") end += script[end] === '\\' ? 2 : 1;
  return script.slice(start + 1, end).replace(/\\([\s\S])/g, '$1');
}

/**
 * Reads a map of Plug'n'Play (Yarn, "PnP Specification").
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parsePnpData(text: string): LockedTree {
  const data = parseJsonObject(text);
  const registry = listField(data, 'packageRegistryData');
  if (registry.length === 0) throw new SuiteError('CONTENT_INVALID', 'It is no map of Plug’n’Play.');
  const places = new Map<string, JsonObject>();
  for (const [name, references] of registry.filter(Array.isArray)) {
    if (typeof name !== 'string' || !Array.isArray(references)) continue;
    for (const [reference, place] of references.filter(Array.isArray)) {
      if (typeof reference === 'string' && isJsonObject(place)) places.set(`${name}@${reference}`, place);
    }
  }
  const packages = [...places].flatMap(([id, place]) => describePlace(id, place, places) ?? []);
  const required = packages.flatMap(({ isWorkspace, requires }) => (isWorkspace === true ? requires : []));
  return { packages, roots: { ...NO_ROOTS, required }, hasScopes: true };
}

function describePlace(
  id: string,
  place: JsonObject,
  places: ReadonlyMap<string, JsonObject>,
): LockedPackage | undefined {
  const { name, rest = '' } = splitSpecifier(id);
  // `virtual:…#npm:1.0.0` is the package after the mark, with peers of its own.
  const reference = rest.startsWith('virtual:') ? rest.slice(rest.indexOf('#') + 1) : rest;
  const { ownName, version } = readReference(name, reference);
  if (!isPackageName(ownName)) return undefined;
  const dependencies = listField(place, 'packageDependencies')
    .filter(Array.isArray)
    .flatMap(([asked, target]) => {
      // An alias names the package and its reference; a peer that is missing is null.
      if (Array.isArray(target)) return [`${asText(target[0])}@${asText(target[1])}`];
      const found = asText(target);
      return found === undefined ? [] : [`${asText(asked)}@${found}`];
    });
  return {
    id,
    name: ownName,
    version,
    resolved: /^https?:/.test(reference) ? reference : undefined,
    isWorkspace: reference.startsWith('workspace:'),
    // Each package is among its own dependencies, so that it can load itself.
    requires: [...new Set(dependencies)].filter((other) => other !== id && places.has(other)),
  };
}

function readReference(
  name: string,
  reference: string,
): { readonly ownName: string; readonly version: string | undefined } {
  const [, patched] = /^patch:.*[:&]version=([\w.+-]+)/.exec(reference) ?? [];
  if (patched !== undefined) return { ownName: name, version: patched };
  if (!reference.startsWith('npm:')) return { ownName: name, version: undefined };
  const plain = reference.slice('npm:'.length);
  const alias = splitSpecifier(plain);
  return alias.rest === undefined
    ? { ownName: name, version: plain }
    : { ownName: alias.name, version: alias.rest };
}
