import type { Component } from '../component/component.ts';
import { isDistributed } from '../component/distributed.ts';
import type { VersionOrder } from '../order/version-order.ts';
import { distributionOf, releaseNamesOf } from './distribution.ts';
import { normaliseName } from './package-name.ts';

/** A component under a name by which records speak of it. */
export interface EcosystemPackage {
  /** With their suffix, the one that speaks of this very build first; of one record only the first one found decides. */
  readonly ecosystems: readonly string[];
  /** Further suffixes of the first ecosystem that are meant: Red Hat's and SUSE's products. */
  readonly suffixes: RegExp | undefined;
  /** As {@link normaliseName} spells it. */
  readonly name: string;
  /** As records of this ecosystem write versions: without `v`, a source package's own where its name is one. */
  readonly version: string;
  /** Whether nothing says the version's epoch: then epochs of records do not count. */
  readonly hasUnknownEpoch: boolean;
  readonly order: VersionOrder;
}

/** What can be asked about a component, or why nothing can. */
export type Coverage =
  | { readonly kind: 'packages'; readonly packages: readonly EcosystemPackage[] }
  | { readonly kind: 'no-version' | 'no-release' | 'no-database' | 'untracked' };

interface Language {
  readonly ecosystem: string;
  readonly order: VersionOrder;
  /** `namespace/name` where it does not say. */
  readonly names?: (component: Component) => readonly string[];
  readonly version?: (version: string, component: Component) => string;
}

const full = ({ namespace, name }: Component, separator = '/'): string =>
  namespace === undefined ? name : `${namespace}${separator}${name}`;

/** Languages and services by purl type. */
const LANGUAGES: ReadonlyMap<string, Language> = new Map<string, Language>([
  ['bioconductor', { ecosystem: 'Bioconductor', order: 'cran' }],
  // Bitnami's revision of a package stands behind the upstream's version, which its records speak of.
  [
    'bitnami',
    { ecosystem: 'Bitnami', order: 'semver', version: (version) => version.replace(/-r?\d+$/, '') },
  ],
  ['cargo', { ecosystem: 'crates.io', order: 'semver' }],
  ['composer', { ecosystem: 'Packagist', order: 'packagist' }],
  ['conan', { ecosystem: 'ConanCenter', order: 'semver', names: ({ name }) => [name] }],
  ['cran', { ecosystem: 'CRAN', order: 'cran' }],
  ['gem', { ecosystem: 'RubyGems', order: 'rubygems' }],
  ['github', { ecosystem: 'GitHub Actions', order: 'semver', names: actions, version: actionVersion }],
  ['golang', { ecosystem: 'Go', order: 'go', version: goVersion }],
  ['hackage', { ecosystem: 'Hackage', order: 'hackage' }],
  ['hex', { ecosystem: 'Hex', order: 'semver' }],
  ['julia', { ecosystem: 'Julia', order: 'semver' }],
  ['maven', { ecosystem: 'Maven', order: 'maven', names: (component) => [full(component, ':')] }],
  ['npm', { ecosystem: 'npm', order: 'semver', version: withoutV }],
  ['nuget', { ecosystem: 'NuGet', order: 'nuget' }],
  ['pub', { ecosystem: 'Pub', order: 'pub' }],
  ['pypi', { ecosystem: 'PyPI', order: 'pep440' }],
  ['swift', { ecosystem: 'SwiftURL', order: 'semver', version: withoutV }],
  ['vscode-extension', { ecosystem: 'VSCode', order: 'semver' }],
]);

/** An action may be a folder of its repository, and records name either. */
function actions(component: Component): readonly string[] {
  const { subpath } = component;
  return subpath === undefined ? [full(component)] : [full(component), `${full(component)}/${subpath}`];
}

/**
 * `v4` moves with every release of 4, and a commit has no place in any order, also where its digits look like a
 * version: `4.x` and `commit 4a…` are no versions, so that nobody decides about them.
 */
function actionVersion(version: string): string {
  if (/^[0-9a-f]{7,64}$/.test(version)) return `commit ${version}`;
  return /^v?\d+(?:\.\d+)?$/.test(version) ? `${withoutV(version)}.x` : withoutV(version);
}

function withoutV(version: string): string {
  return version.replace(/^v(?=\d)/, '');
}

/** Modules are `v1.2.3`, Go itself is `1.21rc2` or `1.20`; records write SemVer (go.dev/doc/security/vuln/database). */
function goVersion(version: string, { namespace, name }: Component): string {
  if (namespace !== undefined || !/^(?:stdlib|toolchain)$/.test(name)) return withoutV(version);
  const [, major, minor, patch = '0', phase, number] =
    /^(?:go|v)?(\d+)\.(\d+)(?:\.(\d+))?(?:(rc|beta)(\d+))?$/.exec(version) ?? [];
  if (major === undefined) return withoutV(version);
  return `${major}.${minor}.${patch}${phase === undefined ? '' : `-${phase}.${number}`}`;
}

/**
 * Says under which names of which ecosystems records speak of a component. Everything is taken from its purl.
 *
 * Several packages are several names of one thing: a source package and a binary one, Debian's and Root's.
 */
export function coverageOf(component: Component): Coverage {
  const { type, version } = component;
  const language = LANGUAGES.get(type);
  if (language !== undefined) {
    if (version === undefined) return { kind: 'no-version' };
    return { kind: 'packages', packages: [...languagePackages(component, language, version)] };
  }
  const order = type === 'deb' ? 'dpkg' : type === 'apk' || type === 'rpm' ? type : undefined;
  if (order === undefined) return { kind: isDistributed(component) ? 'no-database' : 'untracked' };
  const distribution = distributionOf(component);
  if (distribution === undefined) return { kind: 'no-database' };
  if (version === undefined) return { kind: 'no-version' };
  const release = releaseNamesOf(distribution, component);
  if (release === undefined) return { kind: 'no-release' };
  const named = namesOf(component, distribution.names, version);
  const packages = named.map(
    (one): EcosystemPackage => ({
      ecosystems: release.ecosystems,
      suffixes: release.suffixes,
      order,
      ...one,
    }),
  );
  return { kind: 'packages', packages: [...packages, ...packages.flatMap(rootPackages)] };
}

/** The packages of {@link coverageOf}; none where nothing can be asked. */
export function ecosystemsOf(component: Component): readonly EcosystemPackage[] {
  const coverage = coverageOf(component);
  return coverage.kind === 'packages' ? coverage.packages : [];
}

function languagePackages(
  component: Component,
  { ecosystem, order, names, version: spell }: Language,
  version: string,
): readonly EcosystemPackage[] {
  const packages = (names?.(component) ?? [full(component)]).map(
    (name): EcosystemPackage => ({
      ecosystems: [ecosystem],
      suffixes: undefined,
      name: normaliseName(ecosystem, name),
      version: spell?.(version, component) ?? version,
      hasUnknownEpoch: false,
      order,
    }),
  );
  return [...packages, ...packages.flatMap(rootPackages)];
}

type Named = Pick<EcosystemPackage, 'name' | 'version' | 'hasUnknownEpoch'>;

function namesOf(
  component: Component,
  kinds: 'source' | 'binary' | 'both',
  version: string,
): readonly Named[] {
  const binary: Named = { name: component.name, version, hasUnknownEpoch: false };
  const { source } = component;
  if (kinds === 'binary' || source === undefined) return [binary];
  const from = sourceVersion(component, source.version, version);
  const named: Named = { name: source.name, ...from };
  return kinds === 'source' || source.name === binary.name ? [named] : [named, binary];
}

/** The file name of a source rpm has no epoch; the package's own is the source's where the rest is the same. */
function sourceVersion(
  { type }: Component,
  stated: string | undefined,
  version: string,
): Omit<Named, 'name'> {
  if (stated === undefined) return { version, hasUnknownEpoch: false };
  if (type !== 'rpm') return { version: stated, hasUnknownEpoch: false };
  return version.replace(/^\d+:/, '') === stated
    ? { version, hasUnknownEpoch: false }
    : { version: stated, hasUnknownEpoch: true };
}

/** Root patches packages of others and gives them names and versions of its own (root.io). */
function rootPackages(one: EcosystemPackage): readonly EcosystemPackage[] {
  if (!one.name.includes('rootio') && !one.version.includes('root.io')) return [];
  const ecosystems = one.ecosystems.map((ecosystem) =>
    `Root:${ecosystem}`.replace(':v', ':').replace(/:LTS$/, ''),
  );
  return [{ ...one, ecosystems, suffixes: undefined }];
}
