import type { Component } from '../component/component.ts';
import { majorOf, type Release, readRelease } from './release.ts';

/** What OSV calls a release of a distribution. */
export interface ReleaseNames {
  /** With the suffix, the one that speaks of this very build first: `Ubuntu:Pro:20.04:LTS`, `Ubuntu:20.04:LTS`. */
  readonly ecosystems: readonly string[];
  /** Further suffixes that mean the release, where it consists of many products. */
  readonly suffixes?: RegExp | undefined;
}

/** A distribution as OSV knows it. */
export interface Distribution {
  /** What its records name: source packages, binary ones, or now this and now that. */
  readonly names: 'source' | 'binary' | 'both';
  /** `undefined` where the release is not known. */
  readonly release: (release: Release, version: string) => ReleaseNames | undefined;
}

/** For distributions without releases. */
const rolling =
  (...ecosystems: readonly string[]) =>
  (): ReleaseNames => ({ ecosystems });

const byMajor = (base: string) => (release: Release) => {
  const major = majorOf(release);
  return major === undefined ? undefined : { ecosystems: [`${base}:${major}`] };
};

const byVersion = (base: string) => (release: Release) =>
  release.version === undefined ? undefined : { ecosystems: [`${base}:${release.version}`] };

/**
 * A fix of Ubuntu Pro is in a build of its own, whose version says so. Of such a build Pro's entries decide; of any
 * other build the archive's own do, and Pro's only where the record has none of those: then it is affected, and the
 * fix is Pro's.
 */
function ubuntu({ version: number }: Release, version: string): ReleaseNames | undefined {
  if (number === undefined || !/^\d\d\.\d\d$/.test(number)) return undefined;
  const isLts = number.endsWith('.04') && Number(number.slice(0, 2)) % 2 === 0;
  const main = isLts ? [`Ubuntu:${number}:LTS`, `Ubuntu:${number}`] : [`Ubuntu:${number}`];
  const pro = isLts ? [`Ubuntu:Pro:${number}:LTS`] : [];
  const fips = ['FIPS-updates', 'FIPS', 'FIPS-preview'].map((kind) => `Ubuntu:Pro:${kind}:${number}:LTS`);
  if (/fips/i.test(version)) return { ecosystems: [...fips, ...pro, ...main] };
  return { ecosystems: /esm/i.test(version) ? [...pro, ...main] : [...main, ...pro] };
}

/** `3.20.3` is a release of `v3.20`; `3.21.0_alpha20240923` is edge on its way to 3.21. */
function alpine({ id, version }: Release): ReleaseNames | undefined {
  const [, number, rest = ''] = /^(\d+\.\d+)(.*)$/.exec(version ?? '') ?? [];
  if (number === undefined) return id === 'alpine-edge' ? { ecosystems: ['Alpine:edge'] } : undefined;
  return {
    ecosystems: rest.includes('_') ? ['Alpine:edge', `Alpine:v${number}`] : [`Alpine:v${number}`],
  };
}

/**
 * Suffixes of Red Hat are CPE names: `enterprise_linux:9::baseos`. Streams with extended support have fixes of their
 * own under other products; what a machine is subscribed to no package says, so that the main stream decides.
 */
function redHat(release: Release): ReleaseNames | undefined {
  const major = majorOf(release);
  if (major === undefined) return undefined;
  return {
    ecosystems: ['Red Hat'],
    suffixes: new RegExp(`^enterprise_linux:${major}(?:\\.\\d+)?(?:::.*)?$`),
  };
}

/** `sles-15.5` is `15 SP5`: of its server, its modules, its variants with longer support. */
function suse({ id = '', version = '' }: Release): ReleaseNames | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?$/.exec(version) ?? [];
  if (major === undefined) return undefined;
  if (/micro/.test(id)) {
    return {
      ecosystems: ['SUSE'],
      suffixes: new RegExp(`^Linux (?:Enterprise )?Micro ${major}\\.${minor ?? 0}$`),
    };
  }
  const pack = minor === undefined || minor === '0' ? '' : ` SP${minor}`;
  return Number(major) >= 16
    ? { ecosystems: ['SUSE'], suffixes: new RegExp(`^Linux .*${major}\\.${minor ?? 0}$`) }
    : { ecosystems: ['SUSE'], suffixes: new RegExp(`^Linux Enterprise .*${major}${pack}(?:-[A-Z]+)*$`) };
}

function openSuse({ id = '', version }: Release): ReleaseNames | undefined {
  if (/tumbleweed/.test(id)) return { ecosystems: ['openSUSE:Tumbleweed'] };
  if (version === undefined) return undefined;
  return { ecosystems: [/micro/.test(id) ? `openSUSE:Leap Micro ${version}` : `openSUSE:Leap ${version}`] };
}

/** The service pack of openEuler stands in the version of a package only: `.oe2203sp1`. */
function openEuler({ version }: Release, packageVersion: string): ReleaseNames | undefined {
  if (version === undefined) return undefined;
  const [, pack] = /\.oe\d{4}(sp\d+)?\b/i.exec(packageVersion) ?? [];
  return {
    ecosystems: [
      `openEuler:${version}-LTS${pack === undefined ? '' : `-${pack.toUpperCase()}`}`,
      `openEuler:${version}`,
    ],
  };
}

function alpaquita(release: Release): ReleaseNames | undefined {
  if (release.id === 'alpaquita-stream') return { ecosystems: ['Alpaquita:stream'] };
  const major = majorOf(release);
  return major === undefined ? undefined : { ecosystems: [`Alpaquita:${major}`] };
}

const debian: Distribution = { names: 'both', release: byMajor('Debian') };
/**
 * Red Hat and AlmaLinux list every binary package of a build. Rocky Linux, SUSE, Mageia and openEuler name what it
 * was built from; the others are not told apart, and names of both kinds are looked up.
 */
const rocky: Distribution = { names: 'both', release: byMajor('Rocky Linux') };
const azureLinux: Distribution = { names: 'both', release: byMajor('Azure Linux') };
const rhel: Distribution = { names: 'binary', release: redHat };
const alma: Distribution = { names: 'binary', release: byMajor('AlmaLinux') };
const openSuseOrSuse: Distribution = {
  names: 'source',
  release: (release) => (/^opensuse/.test(release.id ?? '') ? openSuse(release) : suse(release)),
};

/**
 * Distributions by purl type and namespace. Debian, Ubuntu and Alpine name source packages; binary names are looked up
 * beside them, because some records (`linux-image-…`, DLAs of early years, secdb entries of subpackages) have those,
 * and a name that is no source package's matches nothing.
 */
const DISTRIBUTIONS: ReadonlyMap<string, Distribution> = new Map<string, Distribution>([
  ['deb/debian', debian],
  ['deb/ubuntu', { names: 'both', release: ubuntu }],
  ['deb/echo', { names: 'both', release: rolling('Echo') }],
  ['apk/alpine', { names: 'both', release: alpine }],
  ['apk/wolfi', { names: 'both', release: rolling('Wolfi') }],
  // Chainguard's records speak of what Chainguard's images take from Wolfi, too.
  ['apk/chainguard', { names: 'both', release: rolling('Chainguard', 'Wolfi') }],
  ['apk/minimos', { names: 'both', release: rolling('MinimOS') }],
  ['apk/alpaquita', { names: 'both', release: alpaquita }],
  ['rpm/redhat', rhel],
  ['rpm/rhel', rhel],
  ['rpm/centos', rhel],
  ['rpm/almalinux', alma],
  ['rpm/alma', alma],
  ['rpm/rocky', rocky],
  ['rpm/rocky-linux', rocky],
  ['rpm/rockylinux', rocky],
  ['rpm/azurelinux', azureLinux],
  ['rpm/azure-linux', azureLinux],
  ['rpm/mariner', azureLinux],
  ['rpm/cbl-mariner', azureLinux],
  ['rpm/photon', { names: 'both', release: byVersion('Photon OS') }],
  ['rpm/openeuler', { names: 'both', release: openEuler }],
  ['rpm/mageia', { names: 'both', release: byMajor('Mageia') }],
  ['rpm/suse', openSuseOrSuse],
  ['rpm/sles', openSuseOrSuse],
  ['rpm/sle-micro', openSuseOrSuse],
  ['rpm/sl-micro', openSuseOrSuse],
  ['rpm/opensuse', openSuseOrSuse],
]);

/** Finds the distribution of a package by its purl; `undefined` where OSV knows none of that name. */
export function distributionOf({ type, namespace }: Component): Distribution | undefined {
  return DISTRIBUTIONS.get(`${type}/${namespace ?? ''}`);
}

/** What OSV calls the release that a package is of; `undefined` where its purl does not say which. */
export function releaseNamesOf(distribution: Distribution, component: Component): ReleaseNames | undefined {
  return distribution.release(readRelease(component.qualifiers['distro']), component.version ?? '');
}
