import { dirname } from 'node:path/posix';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { splitModulePath } from './go-package.ts';
import { type ModFile, type ModuleSum, parseModFile, parseSumFile, type Requirement } from './mod-file.ts';
import { isLocalPath } from './module-version.ts';

export type GoModuleFacts =
  | { readonly kind: 'mod'; readonly mod: ModFile }
  | { readonly kind: 'sum'; readonly sums: readonly ModuleSum[] };

/** go.sum of the largest repositories is some MB. */
const LARGEST_FILE = 32 * 1024 * 1024;

/** Go modules in a directory, by go.mod, with the hashes of go.sum. */
export const goModule: Cataloguer<GoModuleFacts> = {
  name: 'go-module',
  origins: ['directory'],
  selects: { names: ['go.mod', 'go.sum'], maxBytes: LARGEST_FILE },
  read(file, report) {
    if (file.path.endsWith('go.sum')) return detach({ kind: 'sum', sums: parseSumFile(file.text()) });
    const mod = parseModFile(file.text());
    if (mod.module === undefined) report('The go.mod names no module.');
    return detach({ kind: 'mod', mod });
  },
  assemble(evidence) {
    const sums = new Map<string, readonly ModuleSum[]>();
    for (const { path, facts } of evidence) if (facts.kind === 'sum') sums.set(dirname(path), facts.sums);
    return evidence.flatMap((one) =>
      one.facts.kind === 'mod' ? packagesOf(one, one.facts.mod, sums.get(dirname(one.path)) ?? []) : [],
    );
  },
};

interface Selected extends Omit<Requirement, 'version'> {
  readonly version: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

function packagesOf(
  { path, layer }: Evidence<GoModuleFacts>,
  mod: ModFile,
  sums: readonly ModuleSum[],
): readonly FoundPackage[] {
  const sumOf = new Map(sums.map((entry) => [`${entry.path}@${entry.version}`, entry.sum]));
  const selected = selectModules(mod, sums);
  const found = [...selected.values()].map((module): FoundPackage => {
    const sum = sumOf.get(`${module.path}@${module.version}`);
    return {
      ...splitModulePath(module.path),
      key: `${path}#${module.path}`,
      type: 'golang',
      version: module.version,
      isDirect: !module.isIndirect,
      properties: { ...(sum === undefined ? {} : { 'go.h1': sum }), ...module.properties },
      occurrences: [{ path, layer }],
    };
  });
  if (mod.module === undefined) return found;
  const properties = {
    ...(mod.go === undefined ? {} : { 'go.version': `go${mod.go}` }),
    ...(mod.toolchain === undefined ? {} : { 'go.toolchain': mod.toolchain }),
  };
  const root: FoundPackage = {
    ...splitModulePath(mod.module),
    key: `${path}#`,
    type: 'golang',
    kind: 'application',
    properties,
    dependsOn: found.filter(({ isDirect }) => isDirect === true).map(({ key }) => key),
    completeness: 'complete',
    occurrences: [{ path, layer }],
  };
  return [root, ...found];
}

/** What is required and not excluded, with what replaces it, by path. */
function selectModules(mod: ModFile, sums: readonly ModuleSum[]): ReadonlyMap<string, Selected> {
  const excluded = new Set(mod.exclusions.map(({ path, version }) => `${path}@${version}`));
  const replacements = new Map(
    mod.replacements.map(({ from, to }) => [`${from.path}@${from.version ?? ''}`, to]),
  );
  const selected = new Map<string, Selected>();
  const required = new Set(mod.requirements.map(({ path }) => path));
  // Before Go 1.17 go.mod left out what is needed only by others; go.sum, sorted by version, has it.
  const implied = isBefore117(mod.go)
    ? new Map(sums.filter(({ path }) => !required.has(path)).map(({ path, version }) => [path, version]))
    : [];
  const all = [
    ...mod.requirements,
    ...[...implied].map(([path, version]) => ({ path, version, isIndirect: true })),
  ];
  for (const { path, version, isIndirect } of all) {
    if (excluded.has(`${path}@${version}`)) continue;
    const to = replacements.get(`${path}@${version}`) ?? replacements.get(`${path}@`);
    if (to === undefined) selected.set(path, { path, version, isIndirect, properties: {} });
    else if (isLocalPath(to.path)) {
      selected.set(path, { path, version, isIndirect, properties: { 'go.replacedBy': to.path } });
    } else {
      const properties = { 'go.replaces': `${path}@${version}` };
      selected.set(to.path, { path: to.path, version: to.version, isIndirect, properties });
    }
  }
  return selected;
}

/** Without a line `go`, Go takes it for 1.16. */
function isBefore117(go: string | undefined): boolean {
  const [major = 1, minor = 16] = (go ?? '1.16').split('.').map(Number);
  return major === 1 && minor < 17;
}
