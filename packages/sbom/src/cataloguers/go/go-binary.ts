import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { isPackedByUpx } from '../executable/upx.ts';
import { type BuildInfo, type BuildModule, readBuildInfo } from './build-info.ts';
import { splitModulePath, standardLibrary } from './go-package.ts';
import { isLocalPath, versionOfMain, versionOfStandardLibrary } from './module-version.ts';

/** What of a module is kept while layers stream. */
interface ModuleFacts {
  readonly path: string;
  readonly version: string | undefined;
  readonly sum: string;
  /** What the module is a replacement of, or a folder that replaces it. */
  readonly replaces?: string | undefined;
  readonly replacedBy?: string | undefined;
}

/** What of a Go binary is kept while layers stream. */
export interface GoBinaryFacts {
  readonly goVersion: string;
  readonly main: ModuleFacts | undefined;
  readonly dependencies: readonly ModuleFacts[];
  readonly properties: Readonly<Record<string, string>>;
}

/** Larger than any program seen; a file is in memory once, while it is read. */
const LARGEST_BINARY = 512 * 1024 * 1024;

/** The path of programs that were built from files, not from a package: it names nothing. */
const NAMELESS = 'command-line-arguments';

/** Settings of a build that say what became of it. */
const SETTINGS = [
  '-tags',
  'CGO_ENABLED',
  'GOARCH',
  'GOEXPERIMENT',
  'GOFIPS140',
  'GOOS',
  'vcs.modified',
  'vcs.revision',
  'vcs.time',
];

/** Go programs: the modules that the linker recorded in them, and the standard library. */
export const goBinary: Cataloguer<GoBinaryFacts> = {
  name: 'go-binary',
  origins: ['image', 'directory'],
  selects: { executables: true, maxBytes: LARGEST_BINARY },
  read({ bytes }, report) {
    const info = readBuildInfo(bytes);
    if (info !== undefined) return detach(keep(info));
    if (isPackedByUpx(bytes))
      report('The program is packed by UPX, so what was linked into it cannot be seen.');
    return undefined;
  },
  assemble: (evidence) => evidence.flatMap(packagesOf),
};

function keep(info: BuildInfo): GoBinaryFacts {
  const named =
    info.path === '' || info.path === NAMELESS ? undefined : { path: info.path, version: '', sum: '' };
  const main = info.main ?? named;
  const settings = SETTINGS.flatMap((name) => {
    const value = info.settings.get(name);
    return value === undefined || value === '' ? [] : [[`go.${name.replace(/^-/, '')}`, value] as const];
  });
  return {
    goVersion: info.goVersion,
    main: main && { ...effective(main), version: versionOfMain(main, info) },
    dependencies: info.dependencies.map(effective),
    properties: Object.fromEntries([['go.version', info.goVersion], ...settings]),
  };
}

/** What stands in for a replaced module; one replaced by a folder keeps its name and the version it replaced. */
function effective(module: BuildModule): ModuleFacts {
  const { path, version, sum, replacedBy } = module;
  if (replacedBy === undefined) return { path, version: known(version), sum };
  if (isLocalPath(replacedBy.path))
    return { path, version: known(version), sum, replacedBy: replacedBy.path };
  const { path: newPath, version: newVersion, sum: newSum } = replacedBy;
  return { path: newPath, version: known(newVersion), sum: newSum, replaces: `${path}@${version}` };
}

function known(version: string): string | undefined {
  return version === '' || version === '(devel)' ? undefined : version;
}

function packagesOf({ path, layer, facts }: Evidence<GoBinaryFacts>): readonly FoundPackage[] {
  const occurrence = { path, layer };
  const keyOf = (module: ModuleFacts): string => `${path}#${module.path}`;
  const found: FoundPackage[] = facts.dependencies.map((module) => ({
    ...splitModulePath(module.path),
    key: keyOf(module),
    type: 'golang',
    version: module.version,
    properties: propertiesOf(module),
    occurrences: [occurrence],
  }));
  const library = versionOfStandardLibrary(facts.goVersion);
  if (library !== undefined) found.push(standardLibrary(`${path}#stdlib`, library, occurrence));
  if (facts.main === undefined) return found;
  const { main } = facts;
  return [
    {
      ...splitModulePath(main.path),
      key: `${path}#`,
      type: 'golang',
      version: main.version,
      kind: 'application',
      properties: { ...propertiesOf(main), ...facts.properties },
      // A binary lists every module that was linked in, and not which of them needs which.
      dependsOn: found.map(({ key }) => key),
      completeness: 'complete',
      occurrences: [occurrence],
      home: path,
    },
    ...found,
  ];
}

function propertiesOf(module: ModuleFacts): Readonly<Record<string, string>> {
  return {
    ...(module.sum === '' ? {} : { 'go.h1': module.sum }),
    ...(module.replaces === undefined ? {} : { 'go.replaces': module.replaces }),
    ...(module.replacedBy === undefined ? {} : { 'go.replacedBy': module.replacedBy }),
  };
}
