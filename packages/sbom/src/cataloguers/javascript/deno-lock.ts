import type { Cataloguer, Report } from '../cataloguer.ts';
import {
  asText,
  field,
  isJsonObject,
  type JsonObject,
  objectField,
  parseJsonObject,
  textField,
} from '../json.ts';
import { parseIntegrity } from './integrity.ts';
import { lockFileCataloguer } from './lock-file-cataloguer.ts';
import type { LockFacts } from './locked-packages.ts';
import { type LockedPackage, type LockedTree, NO_ROOTS } from './locked-tree.ts';
import { isPackageName, splitSpecifier } from './package-name.ts';

/** Deno's lock file, of versions 2 to 5: what it has of npm. */
export const denoLock: Cataloguer<LockFacts> = lockFileCataloguer({
  name: 'deno-lock',
  names: ['deno.lock'],
  asksProjects: false,
  parse: parseDenoLock,
});

/**
 * Reads deno.lock. Packages of JSR are reported as unknown: purl has no type for them.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseDenoLock(text: string, report: Report): LockedTree {
  const lock = parseJsonObject(text);
  // Version 3 has it all in `packages`, version 2 in `npm`, later ones at the top.
  const inner = objectField(lock, 'packages');
  const npm = objectField(lock, 'npm');
  const packages = [objectField(npm, 'packages'), objectField(inner, 'npm'), npm].find(holdsPackages) ?? {};
  const strangers = Object.keys({ ...objectField(lock, 'jsr'), ...objectField(inner, 'jsr') }).length;
  if (strangers > 0) report(`It has ${strangers} packages of JSR, for which purl has no type.`);

  const ids = new Map<string, string>();
  for (const id of Object.keys(packages)) ids.set(splitSpecifier(id).name, id);
  for (const id of Object.keys(packages)) ids.set(id, id);
  const specifiers = [
    objectField(lock, 'specifiers'),
    objectField(inner, 'specifiers'),
    objectField(npm, 'specifiers'),
  ];
  const required = specifiers.flatMap((one) =>
    Object.entries(one).flatMap(
      ([request, answer]) => resolveRequest(request, asText(answer) ?? '', ids) ?? [],
    ),
  );
  return {
    packages: Object.entries(packages).flatMap(([id, one]) =>
      isJsonObject(one) ? (describePackage(id, one, ids) ?? []) : [],
    ),
    roots: { ...NO_ROOTS, required },
    hasScopes: false,
  };
}

function holdsPackages(object: JsonObject): boolean {
  return Object.keys(object).some((key) => splitSpecifier(key).rest !== undefined);
}

function resolveRequest(
  request: string,
  answer: string,
  ids: ReadonlyMap<string, string>,
): string | undefined {
  if (request.startsWith('jsr:')) return undefined;
  const { name } = splitSpecifier(request.replace(/^npm:/, ''));
  const plain = answer.replace(/^npm:/, '');
  return ids.get(plain) ?? ids.get(`${name}@${plain}`);
}

function describePackage(
  id: string,
  one: JsonObject,
  ids: ReadonlyMap<string, string>,
): LockedPackage | undefined {
  const { name, rest = '' } = splitSpecifier(id);
  // Peers follow after an underscore.
  const [version = ''] = rest.split('_');
  if (!isPackageName(name) || version === '') return undefined;
  const required = references(field(one, 'dependencies'));
  const requires = required.flatMap((reference) => ids.get(reference) ?? []);
  return {
    id,
    name,
    version,
    resolved: textField(one, 'tarball'),
    hashes: parseIntegrity(textField(one, 'integrity')),
    requires,
    mayUse: references(field(one, 'optionalDependencies')).flatMap((reference) => ids.get(reference) ?? []),
    isIncomplete: requires.length < required.length,
  };
}

/** A list of `name@version`, or of names where there is one version only; before version 4 an object of them. */
function references(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  return list.flatMap((one) => asText(one) ?? []);
}
