import { describe, expect, it } from '@jest/globals';
import {
  type Advisory,
  type Finding,
  type Matches,
  matchAdvisories,
  readComponent,
} from '../../src/index.ts';
import { type AffectedJson, advisoryOf, rangeOf } from '../support/advisories.ts';

function match(purl: string, ...advisories: readonly Advisory[]): Matches {
  return matchAdvisories([{ component: readComponent(purl), advisories }]);
}

const idsOf = ({ findings }: Matches): readonly string[] => findings.map(({ id }) => id);

function only({ findings }: Matches): Finding {
  const [finding, ...others] = findings;
  if (finding === undefined || others.length > 0)
    throw new TypeError(`There are ${findings.length} findings.`);
  return finding;
}

const LOG4J = 'org.apache.logging.log4j:log4j-core';
/** Log4Shell as GitHub tells it: several entries of one package. */
const LOG4SHELL = advisoryOf(
  'GHSA-jfh8-c2jp-5v3q',
  [
    rangeOf('Maven', LOG4J, ['introduced 2.13.0', 'fixed 2.15.0']),
    rangeOf('Maven', LOG4J, ['introduced 2.0-beta9', 'fixed 2.3.1']),
    rangeOf('Maven', LOG4J, ['introduced 2.4', 'fixed 2.12.2']),
  ],
  {
    aliases: ['CVE-2021-44228'],
    summary: 'Remote code injection',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' }],
    database_specific: { severity: 'CRITICAL' },
  },
);
const LODASH = advisoryOf('GHSA-35jh-r3h4-6jhm', [
  {
    package: { ecosystem: 'npm', name: 'lodash' },
    ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
  },
]);
const X_TEXT = advisoryOf('GO-2022-1059', [
  {
    package: { ecosystem: 'Go', name: 'golang.org/x/text' },
    ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '0.3.8' }] }],
  },
]);
const STDLIB = advisoryOf('GO-2024-2598', [
  {
    package: { ecosystem: 'Go', name: 'stdlib' },
    ranges: [
      {
        type: 'SEMVER',
        events: [{ introduced: '0' }, { fixed: '1.21.8' }, { introduced: '1.22.0-0' }, { fixed: '1.22.1' }],
      },
    ],
  },
]);
const JINJA = advisoryOf('PYSEC-2024-1', [
  rangeOf('PyPI', 'Jinja2', ['introduced 0', 'fixed 3.1.3'], { versions: ['3.1.2', '3.1.1'] }),
]);
const GLIBC = advisoryOf('DEBIAN-CVE-2023-4911', [
  rangeOf('Debian:11', 'glibc', ['introduced 2.31-1', 'fixed 2.31-13+deb11u7']),
  rangeOf('Debian:12', 'glibc', ['introduced 0', 'fixed 2.36-9+deb12u3']),
]);
const ACTION = advisoryOf('GHSA-mrrh-fwg8-r2c3', [
  rangeOf('GitHub Actions', 'tj-actions/changed-files', ['introduced 0', 'fixed 46.0.1']),
]);

describe('known-vulnerable packages and their neighbours', () => {
  it.each([
    {
      name: 'log4j-core',
      advisory: LOG4SHELL,
      purl: (version: string) => `pkg:maven/org.apache.logging.log4j/log4j-core@${version}`,
      affected: ['2.0-beta9', '2.0', '2.3', '2.4', '2.12.1', '2.13.0', '2.14.1', '2.15.0-rc1'],
      unaffected: ['1.2.17', '2.0-beta8', '2.3.1', '2.3.2', '2.12.2', '2.12.4', '2.15.0', '2.17.1'],
    },
    {
      name: 'lodash',
      advisory: LODASH,
      purl: (version: string) => `pkg:npm/lodash@${version}`,
      affected: ['0.1.0', '4.17.15', '4.17.20', '4.17.21-pre'],
      unaffected: ['4.17.21', '5.0.0'],
    },
    {
      name: 'a module of Go',
      advisory: X_TEXT,
      purl: (version: string) => `pkg:golang/golang.org/x/text@${version}`,
      affected: ['v0.3.7', '0.3.7', 'v0.3.8-0.20220101000000-aaaaaaaaaaaa'],
      unaffected: ['v0.3.8', 'v0.4.0'],
    },
    {
      name: "Go's standard library",
      advisory: STDLIB,
      purl: (version: string) => `pkg:golang/stdlib@${version}`,
      affected: ['1.20', '1.21.7', '1.22', '1.22.0', '1.22rc1', '1.21rc2', 'go1.21.3'],
      unaffected: ['1.21.8', '1.21.9', '1.22.1', '1.23'],
    },
    {
      name: 'a package of PyPI, in whichever spelling',
      advisory: JINJA,
      purl: (version: string) => `pkg:pypi/jinja2@${version}`,
      affected: ['2.0', '3.1.2', '3.1.3rc1', '3.1.3.dev0'],
      unaffected: ['3.1.3', '3.1.3.post1', '4.0'],
    },
    {
      name: "a binary package of Debian's by its source and the source's version",
      advisory: GLIBC,
      purl: (version: string) =>
        `pkg:deb/debian/libc6@9:9?arch=amd64&distro=debian-12.5&upstream=glibc%40${encodeURIComponent(version)}`,
      affected: ['2.31-13', '2.36-9', '2.36-9+deb12u2'],
      unaffected: ['2.36-9+deb12u3', '2.36-9+deb12u10', '2.37-1'],
    },
    {
      name: 'an action',
      advisory: ACTION,
      purl: (version: string) => `pkg:github/tj-actions/Changed-Files@${version}`,
      affected: ['v45.0.7', '46.0.0'],
      unaffected: ['v46.0.1', 'v47.0.0'],
    },
  ])('$name', ({ advisory, purl, affected, unaffected }) => {
    expect(affected.filter((version) => idsOf(match(purl(version), advisory)).length === 0)).toEqual([]);
    const wrong = unaffected.filter((version) => {
      const { findings, undecided } = match(purl(version), advisory);
      return findings.length + undecided.length > 0;
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    { name: 'a commit', version: '0123456789abcdef0123456789abcdef01234567' },
    { name: 'a tag that moves', version: 'v45' },
  ])('leaves it open of which version an action at $name is', ({ version }) => {
    const { findings, undecided } = match(`pkg:github/tj-actions/changed-files@${version}`, ACTION);
    expect(findings).toEqual([]);
    expect(undecided).toMatchObject([{ cause: 'undecided', name: 'changed-files' }]);
    expect(undecided[0]?.reason).toContain('GHSA-mrrh-fwg8-r2c3');
  });

  it('tells what is known of a finding', () => {
    const purl = 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1';
    expect(only(match(purl, LOG4SHELL))).toMatchObject({
      id: 'CVE-2021-44228',
      aliases: ['GHSA-jfh8-c2jp-5v3q'],
      advisories: ['GHSA-jfh8-c2jp-5v3q'],
      component: { purl },
      rating: { severity: 'critical', score: 10, method: 'CVSS_V3', advisory: 'GHSA-jfh8-c2jp-5v3q' },
      fixedIn: ['2.15.0'],
      summary: 'Remote code injection',
    });
  });
});

describe('which entries speak of a package', () => {
  const fixed = (ecosystem: string, name: string, version = '2'): AffectedJson =>
    rangeOf(ecosystem, name, ['introduced 0', `fixed ${version}`]);
  it.each([
    {
      name: 'another release of Debian does not',
      purl: 'pkg:deb/debian/curl@1?distro=debian-12',
      entries: [fixed('Debian:11', 'curl')],
      is: false,
    },
    {
      name: "Debian's release does",
      purl: 'pkg:deb/debian/curl@1?distro=debian-12',
      entries: [fixed('Debian:12', 'curl')],
      is: true,
    },
    {
      name: 'a binary package where the record names it',
      purl: 'pkg:deb/debian/libcurl4@1?distro=debian-12&upstream=curl',
      entries: [fixed('Debian:12', 'libcurl4')],
      is: true,
    },
    {
      name: "npm's record does not speak of Debian's package",
      purl: 'pkg:deb/debian/curl@1?distro=debian-12',
      entries: [fixed('npm', 'curl')],
      is: false,
    },
    {
      name: 'an LTS release of Ubuntu',
      purl: 'pkg:deb/ubuntu/curl@1?distro=ubuntu-24.04',
      entries: [fixed('Ubuntu:24.04:LTS', 'curl')],
      is: true,
    },
    {
      name: 'one that is not LTS',
      purl: 'pkg:deb/ubuntu/curl@1?distro=ubuntu-24.10',
      entries: [fixed('Ubuntu:24.10', 'curl')],
      is: true,
    },
    {
      name: "Ubuntu's archive decides of a build that is not Pro's",
      purl: 'pkg:deb/ubuntu/curl@3?distro=ubuntu-20.04',
      entries: [fixed('Ubuntu:20.04:LTS', 'curl'), fixed('Ubuntu:Pro:20.04:LTS', 'curl', '9')],
      is: false,
    },
    {
      name: "Pro decides of a build of Pro's",
      purl: 'pkg:deb/ubuntu/curl@3~esm1?distro=ubuntu-20.04',
      entries: [
        rangeOf('Ubuntu:20.04:LTS', 'curl', ['introduced 0']),
        fixed('Ubuntu:Pro:20.04:LTS', 'curl', '3~esm1'),
      ],
      is: false,
    },
    {
      name: "Pro's fix is missing where there is no other",
      purl: 'pkg:deb/ubuntu/curl@3?distro=ubuntu-20.04',
      entries: [fixed('Ubuntu:Pro:20.04:LTS', 'curl', '3ubuntu1~esm1')],
      is: true,
    },
    {
      name: 'a point release of Alpine',
      purl: 'pkg:apk/alpine/libcrypto3@1-r0?distro=alpine-3.20.3&upstream=openssl',
      entries: [fixed('Alpine:v3.20', 'openssl', '2-r0')],
      is: true,
    },
    {
      name: 'the next release of Alpine does not',
      purl: 'pkg:apk/alpine/openssl@1-r0?distro=alpine-3.20.3',
      entries: [fixed('Alpine:v3.21', 'openssl', '2-r0')],
      is: false,
    },
    {
      name: 'as Trivy writes a release',
      purl: 'pkg:apk/alpine/openssl@1-r0?distro=3.20.3',
      entries: [fixed('Alpine:v3.20', 'openssl', '2-r0')],
      is: true,
    },
    {
      name: "Wolfi's, which has no releases",
      purl: 'pkg:apk/wolfi/openssl@1-r0?distro=wolfi-20230201',
      entries: [fixed('Wolfi', 'openssl', '2-r0')],
      is: true,
    },
    {
      name: "Chainguard's package, by Chainguard's entry",
      purl: 'pkg:apk/chainguard/openssl@3-r0?distro=chainguard-20230214',
      entries: [fixed('Wolfi', 'openssl', '9-r0'), fixed('Chainguard', 'openssl', '2-r0')],
      is: false,
    },
    {
      name: "a product of Red Hat's release",
      purl: 'pkg:rpm/redhat/openssl@1-1.el9?distro=rhel-9.4',
      entries: [fixed('Red Hat:enterprise_linux:9::baseos', 'openssl', '2-1.el9')],
      is: true,
    },
    {
      name: 'another major release does not',
      purl: 'pkg:rpm/redhat/openssl@1-1.el9?distro=rhel-9.4',
      entries: [fixed('Red Hat:enterprise_linux:8::baseos', 'openssl', '2-1.el8')],
      is: false,
    },
    {
      name: 'another product does not',
      purl: 'pkg:rpm/redhat/openssl@1-1.el9?distro=rhel-9.4',
      entries: [fixed('Red Hat:openshift:4.15::el9', 'openssl', '2-1.el9')],
      is: false,
    },
    {
      name: 'AlmaLinux, with an epoch of the purl',
      purl: 'pkg:rpm/almalinux/openssl@1-1.el9?distro=almalinux-9.4&epoch=1',
      entries: [fixed('AlmaLinux:9', 'openssl', '1:1-1.el9')],
      is: false,
    },
    {
      name: 'Rocky Linux by source',
      purl: 'pkg:rpm/rocky/openssl-libs@1-1.el9?distro=rocky-9.4&epoch=1&upstream=openssl-1-1.el9.src.rpm',
      entries: [fixed('Rocky Linux:9', 'openssl', '1:1-2.el9')],
      is: true,
    },
    {
      name: "SUSE's service pack, by source",
      purl: 'pkg:rpm/suse/libopenssl1_1@1-1?distro=sles-15.5&upstream=openssl-1_1-1-1.src.rpm',
      entries: [fixed('SUSE:Linux Enterprise Module for Basesystem 15 SP5', 'openssl-1_1', '2-1')],
      is: true,
    },
    {
      name: 'another service pack does not',
      purl: 'pkg:rpm/suse/openssl@1-1?distro=sles-15.5',
      entries: [fixed('SUSE:Linux Enterprise Server 15 SP4', 'openssl', '2-1')],
      is: false,
    },
    {
      name: 'openSUSE Leap',
      purl: 'pkg:rpm/opensuse/openssl@1-1?distro=opensuse-leap-15.6',
      entries: [fixed('openSUSE:Leap 15.6', 'openssl', '2-1')],
      is: true,
    },
    {
      name: 'openSUSE Tumbleweed',
      purl: 'pkg:rpm/opensuse/openssl@1-1?distro=opensuse-tumbleweed-20260101',
      entries: [fixed('openSUSE:Tumbleweed', 'openssl', '2-1')],
      is: true,
    },
    {
      name: 'Azure Linux',
      purl: 'pkg:rpm/azurelinux/openssl@1-1.azl3?distro=azurelinux-3.0',
      entries: [fixed('Azure Linux:3', 'openssl', '2-1.azl3')],
      is: true,
    },
    {
      name: 'CBL-Mariner is Azure Linux 2',
      purl: 'pkg:rpm/mariner/openssl@1-1.cm2?distro=mariner-2.0',
      entries: [fixed('Azure Linux:2', 'openssl', '2-1.cm2')],
      is: true,
    },
    {
      name: 'Photon OS',
      purl: 'pkg:rpm/photon/openssl@1-1.ph5?distro=photon-5.0',
      entries: [fixed('Photon OS:5.0', 'openssl', '2-1.ph5')],
      is: true,
    },
    {
      name: "openEuler's service pack, which the version says",
      purl: 'pkg:rpm/openeuler/openssl@1-1.oe2203sp3?distro=openeuler-22.03',
      entries: [fixed('openEuler:22.03-LTS-SP3', 'openssl', '2-1.oe2203sp3')],
      is: true,
    },
    {
      name: 'Bitnami, whose revision is none of the upstream',
      purl: 'pkg:bitnami/apache@2.4.43-2',
      entries: [rangeOf('Bitnami', 'apache', ['introduced 2.4.32', 'last_affected 2.4.43'])],
      is: true,
    },
    {
      name: 'Bitnami, a revision of what is fixed',
      purl: 'pkg:bitnami/apache@2.4.44-1',
      entries: [rangeOf('Bitnami', 'apache', ['introduced 2.4.32', 'fixed 2.4.44'])],
      is: false,
    },
    {
      name: "Root's build of Debian's package",
      purl: 'pkg:deb/debian/rootio-curl@1.root.io.1?distro=debian-12',
      entries: [fixed('Root:Debian:12', 'rootio-curl')],
      is: true,
    },
    {
      name: "Root's build of Alpine's",
      purl: 'pkg:apk/alpine/rootio-curl@1-r0?distro=alpine-3.18.5',
      entries: [fixed('Root:Alpine:3.18', 'rootio-curl', '2-r0')],
      is: true,
    },
    {
      name: "Root's build of npm's",
      purl: 'pkg:npm/%40rootio/semver@1.0.0',
      entries: [fixed('Root:npm', '@rootio/semver', '2.0.0')],
      is: true,
    },
    {
      name: 'NuGet has no case',
      purl: 'pkg:nuget/Newtonsoft.Json@1.0.0',
      entries: [fixed('NuGet', 'newtonsoft.json', '2.0.0')],
      is: true,
    },
    {
      name: 'npm has',
      purl: 'pkg:npm/JSONStream@1.0.0',
      entries: [fixed('npm', 'jsonstream', '2.0.0')],
      is: false,
    },
    {
      name: 'Composer',
      purl: 'pkg:composer/symfony/http-kernel@1.0.0',
      entries: [fixed('Packagist', 'symfony/http-kernel', '2.0.0')],
      is: true,
    },
    {
      name: 'Swift by its address',
      purl: 'pkg:swift/github.com/vapor/vapor@1.0.0',
      entries: [fixed('SwiftURL', 'https://github.com/vapor/vapor.git', '2.0.0')],
      is: true,
    },
    {
      name: 'an ecosystem in another case',
      purl: 'pkg:golang/github.com/a/b@v1.0.0',
      entries: [fixed('go', 'github.com/a/b', '2.0.0')],
      is: true,
    },
    {
      name: 'an entry without release is of all of them',
      purl: 'pkg:deb/debian/curl@1?distro=debian-12',
      entries: [fixed('Debian', 'curl')],
      is: true,
    },
    {
      name: 'and gives way to one that names it',
      purl: 'pkg:deb/debian/curl@3?distro=debian-12',
      entries: [fixed('Debian', 'curl', '9'), fixed('Debian:12', 'curl')],
      is: false,
    },
  ])('$name', ({ purl, entries, is }) => {
    const { findings, undecided } = match(purl, advisoryOf('A-1', entries));
    expect(undecided).toEqual([]);
    expect(findings.length).toBe(is ? 1 : 0);
  });
});

describe('many records, one finding', () => {
  const lodash = (
    id: string,
    more: Readonly<Record<string, unknown>>,
    events = ['introduced 0', 'fixed 4.17.21'],
  ): Advisory => advisoryOf(id, [rangeOf('npm', 'lodash', events)], more);
  const PURL = 'pkg:npm/lodash@4.17.15';

  it('merges aliases across as many records as it takes', () => {
    const matches = match(
      PURL,
      lodash('OSV-1', { aliases: ['SNYK-1'] }),
      lodash('GHSA-b', { aliases: ['SNYK-1', 'CVE-2021-2'] }),
      lodash('GHSA-a', { aliases: ['CVE-2021-2'] }),
      lodash('OTHER-9', {}),
    );
    expect(matches.findings.map(({ id, aliases, advisories }) => ({ id, aliases, advisories }))).toEqual([
      {
        id: 'CVE-2021-2',
        aliases: ['GHSA-a', 'GHSA-b', 'OSV-1', 'SNYK-1'],
        advisories: ['GHSA-a', 'GHSA-b', 'OSV-1'],
      },
      { id: 'OTHER-9', aliases: [], advisories: ['OTHER-9'] },
    ]);
  });

  it.each([
    { name: "GitHub's where there is no CVE", aliases: ['GHSA-a', 'AAA-1'], id: 'GHSA-a' },
    { name: "the record's own where there is neither", aliases: ['AAA-1'], id: 'OSV-1' },
  ])('names a finding by the id most people know: $name', ({ aliases, id }) => {
    expect(only(match(PURL, lodash('OSV-1', { aliases }))).id).toBe(id);
  });

  it('passes over withdrawn records, and over what they call aliases', () => {
    const matches = match(
      PURL,
      lodash('A-1', {}),
      lodash('A-2', {}),
      lodash('A-3', { aliases: ['A-1', 'A-2'], withdrawn: '2026-01-01T00:00:00Z' }),
    );
    expect(idsOf(matches)).toEqual(['A-1', 'A-2']);
  });

  it('takes a version for affected where one record says so and its alias calls it fixed', () => {
    const matches = match(
      PURL,
      lodash('GHSA-a', { aliases: ['CVE-2021-2'] }, ['introduced 0', 'fixed 4.0.0']),
      lodash('OSV-1', { aliases: ['CVE-2021-2'] }),
    );
    expect(only(matches)).toMatchObject({ id: 'CVE-2021-2', advisories: ['OSV-1'] });
  });

  it('proposes only fixes that no record of the vulnerability calls affected', () => {
    const matches = match(
      PURL,
      lodash('GHSA-a', { aliases: ['CVE-2021-2'] }, ['introduced 0', 'fixed 4.17.19']),
      lodash('OSV-1', { aliases: ['CVE-2021-2'] }),
    );
    expect(only(matches).fixedIn).toEqual(['4.17.21']);
  });

  it('keeps a fix that one record knows and another one does not', () => {
    const matches = match(
      PURL,
      lodash('GHSA-a', { aliases: ['CVE-2021-2'] }, ['introduced 0', 'fixed 4.17.19']),
      lodash('OSV-1', { aliases: ['CVE-2021-2'] }, ['introduced 0']),
    );
    expect(only(matches).fixedIn).toEqual(['4.17.19']);
  });

  it('proposes the fix of the line that is installed', () => {
    const entry = lodash('A-1', {}, [
      'introduced 3.0.0',
      'fixed 3.9.9',
      'introduced 4.0.0',
      'fixed 4.17.20',
      'introduced 5.0.0',
      'fixed 5.1.0',
    ]);
    expect(only(match(PURL, entry)).fixedIn).toEqual(['4.17.20']);
  });

  const curl = (id: string, more: Readonly<Record<string, unknown>>): Advisory =>
    advisoryOf(id, [rangeOf('Debian:12', 'curl', ['introduced 0', 'fixed 2'])], more);
  const CURL = 'pkg:deb/debian/curl@1?distro=debian-12';

  it("names a distribution's record by the vulnerability it is about", () => {
    expect(only(match(CURL, curl('DEBIAN-CVE-2023-1111', { upstream: ['CVE-2023-1111'] })))).toMatchObject({
      id: 'CVE-2023-1111',
      aliases: ['DEBIAN-CVE-2023-1111'],
    });
    expect(only(match(CURL, curl('DEBIAN-CVE-2023-1111', {}))).id).toBe('CVE-2023-1111');
  });

  it.each([
    { name: 'upstream', more: { upstream: ['CVE-2023-1111', 'CVE-2023-2222'] } },
    { name: 'related, in older records', more: { related: ['CVE-2023-1111', 'CVE-2023-2222'] } },
    { name: 'aliases, in older records', more: { aliases: ['CVE-2023-1111', 'CVE-2023-2222'] } },
  ])('counts an update about several vulnerabilities for each of them: $name', ({ more }) => {
    const matches = match(
      CURL,
      curl('DSA-1', more),
      curl('DEBIAN-CVE-2023-1111', { upstream: ['CVE-2023-1111', 'GHSA-x'] }),
    );
    expect(matches.findings.map(({ id, aliases, advisories }) => ({ id, aliases, advisories }))).toEqual([
      {
        id: 'CVE-2023-1111',
        aliases: ['DEBIAN-CVE-2023-1111', 'DSA-1', 'GHSA-x'],
        advisories: ['DEBIAN-CVE-2023-1111', 'DSA-1'],
      },
      { id: 'CVE-2023-2222', aliases: ['DSA-1'], advisories: ['DSA-1'] },
    ]);
  });

  it('gives one finding a component, sorted by purl and id', () => {
    const component = (version: string) => readComponent(`pkg:npm/lodash@${version}`);
    const advisories = [lodash('B-1', {}), lodash('A-1', {}), lodash('A-1', {})];
    const { findings } = matchAdvisories([
      { component: component('4.2.0'), advisories },
      { component: component('4.1.0'), advisories },
      { component: component('9.0.0'), advisories },
    ]);
    expect(findings.map(({ id, component: { version } }) => [version, id])).toEqual([
      ['4.1.0', 'A-1'],
      ['4.1.0', 'B-1'],
      ['4.2.0', 'A-1'],
      ['4.2.0', 'B-1'],
    ]);
  });

  it('takes the newer of two texts of one record', () => {
    const older = lodash('A-1', { modified: '2025-01-01T00:00:00Z' });
    const newer = lodash('A-1', { modified: '2026-01-01T00:00:00Z' }, ['introduced 5.0.0']);
    expect(idsOf(match(PURL, older, newer))).toEqual([]);
    expect(idsOf(match(PURL, newer, older))).toEqual([]);
  });
});
