import {
  type LayerFile,
  type ManifestContent,
  makeImage,
  makeIndex,
  tarLayer,
} from '@artifact-lifecycle/testing';
import { makeElf } from '../../packages/sbom/test/support/elf.ts';
import { inlineBuildInfo } from '../../packages/sbom/test/support/go-build-info.ts';
import { makeZip } from '../../packages/sbom/test/support/zip.ts';

/** Versions of the packages in the image; those that are known to be vulnerable where nothing is said. */
export interface VulnerableVersions {
  readonly openssl?: string;
  readonly lodash?: string;
  readonly log4j?: string;
  readonly jinja2?: string;
  readonly text?: string;
  readonly go?: string;
}

/** What the records of {@link KNOWN_RECORDS} say of the image as it stands: id and purl's name. */
export const KNOWN_FINDINGS = [
  'CVE-2021-23337 lodash 4.17.15',
  'CVE-2021-38561 text v0.3.6',
  'CVE-2021-44228 log4j-core 2.14.1',
  'CVE-2023-5363 libssl3 3.0.9-1',
  'CVE-2023-5363 openssl 3.0.9-1',
  'CVE-2024-22195 jinja2 2.11.2',
  'CVE-2024-24790 stdlib 1.22.1',
] as const;

/** An index of one platform: a Debian, and above it npm, Maven, Python and a program in Go. */
export function makeVulnerableImage(versions: VulnerableVersions = {}): ManifestContent {
  return makeIndex([
    makeImage({
      platform: { os: 'linux', architecture: 'amd64' },
      config: { created: '2026-02-03T04:05:06Z', config: {} },
      layers: [tarLayer(debianFiles(versions)), tarLayer(applicationFiles(versions))],
    }),
  ]);
}

function debianFiles({ openssl = '3.0.9-1' }: VulnerableVersions): readonly LayerFile[] {
  const stanza = (name: string, version: string, source: string): string =>
    [
      `Package: ${name}`,
      'Status: install ok installed',
      'Architecture: amd64',
      ...(source === name ? [] : [`Source: ${source}`]),
      `Version: ${version}`,
      'Maintainer: Debian <debian@lists.debian.org>',
      'Description: a package',
      '',
    ].join('\n');
  return [
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' },
    {
      path: 'var/lib/dpkg/status',
      content: [
        stanza('libssl3', openssl, 'openssl'),
        stanza('openssl', openssl, 'openssl'),
        stanza('libc6', '2.36-9', 'glibc'),
      ].join('\n'),
    },
  ];
}

/** What a directory of the same application has, too. */
export function applicationFiles({
  lodash = '4.17.15',
  log4j = '2.14.1',
  jinja2 = '2.11.2',
  text = 'v0.3.6',
  go = 'go1.22.1',
}: VulnerableVersions = {}): readonly LayerFile[] {
  const lib = 'usr/local/lib/python3.11/site-packages';
  const modules = `path\tacme.example/tool\nmod\tacme.example/tool\t(devel)\t\ndep\tgolang.org/x/text\t${text}\t\n`;
  return [
    {
      path: 'app/node_modules/lodash/package.json',
      content: JSON.stringify({ name: 'lodash', version: lodash }),
    },
    {
      path: `app/log4j-core-${log4j}.jar`,
      content: makeZip({
        'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n',
        'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties': `groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=${log4j}\n`,
      }),
    },
    {
      path: `${lib}/Jinja2-${jinja2}.dist-info/METADATA`,
      content: `Metadata-Version: 2.1\nName: Jinja2\nVersion: ${jinja2}\n`,
    },
    {
      path: 'usr/local/bin/tool',
      content: makeElf({ sections: { '.go.buildinfo': inlineBuildInfo(go, modules) } }),
    },
  ];
}

/** A record of OSV's schema, as it concerns these packages. */
export type KnownRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** Records that say in a few words what the real ones of these numbers say. */
export const KNOWN_RECORDS: readonly KnownRecord[] = [
  record('GHSA-jfh8-c2jp-5v3q', ['CVE-2021-44228'], 'Maven', 'org.apache.logging.log4j:log4j-core', {
    events: [{ introduced: '2.13.0' }, { fixed: '2.15.0' }],
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    summary: 'Remote code injection in Log4j',
  }),
  record('GHSA-35jh-r3h4-6jhm', ['CVE-2021-23337'], 'npm', 'lodash', {
    events: [{ introduced: '0' }, { fixed: '4.17.21' }],
    vector: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H',
    summary: 'Command Injection in lodash',
  }),
  record('GHSA-h5c8-rqwp-cp95', ['CVE-2024-22195', 'PYSEC-2024-1'], 'PyPI', 'jinja2', {
    events: [{ introduced: '0' }, { fixed: '3.1.3' }],
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N',
    summary: 'Jinja vulnerable to HTML attribute injection',
  }),
  record('GO-2021-0113', ['CVE-2021-38561', 'GHSA-ppp9-7jff-5vj2'], 'Go', 'golang.org/x/text', {
    type: 'SEMVER',
    events: [{ introduced: '0' }, { fixed: '0.3.7' }],
    summary: 'Out-of-bounds read in golang.org/x/text/language',
  }),
  record('GO-2024-2887', ['CVE-2024-24790'], 'Go', 'stdlib', {
    type: 'SEMVER',
    events: [{ introduced: '0' }, { fixed: '1.21.11' }, { introduced: '1.22.0-0' }, { fixed: '1.22.4' }],
    summary: 'Unexpected behavior from Is methods for IPv4-mapped IPv6 addresses in net/netip',
  }),
  record('DEBIAN-CVE-2023-5363', [], 'Debian:12', 'openssl', {
    events: [{ introduced: '0' }, { fixed: '3.0.11-1~deb12u2' }],
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
    upstream: ['CVE-2023-5363'],
  }),
  // Has nothing to say of any of them, and stands where a distribution's others would.
  record('DEBIAN-CVE-2020-0001', [], 'Debian:12', 'glibc', {
    events: [{ introduced: '0' }, { fixed: '2.30-1' }],
    upstream: ['CVE-2020-0001'],
  }),
];

function record(
  id: string,
  aliases: readonly string[],
  ecosystem: string,
  name: string,
  says: {
    readonly events: readonly object[];
    readonly type?: string;
    readonly vector?: string;
    readonly summary?: string;
    readonly upstream?: readonly string[];
  },
): KnownRecord {
  const { events, type = 'ECOSYSTEM', vector, summary, upstream } = says;
  return {
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    published: '2024-01-01T00:00:00Z',
    aliases,
    ...(upstream === undefined ? {} : { upstream }),
    ...(summary === undefined ? {} : { summary }),
    ...(vector === undefined ? {} : { severity: [{ type: 'CVSS_V3', score: vector }] }),
    affected: [{ package: { ecosystem, name }, ranges: [{ type, events }] }],
    references: [{ type: 'ADVISORY', url: `https://advisories.example/${id}` }],
  };
}

/** Files of a directory of advisories, by their name. */
export function advisoryFiles(
  records: readonly KnownRecord[] = KNOWN_RECORDS,
): Readonly<Record<string, string>> {
  return Object.fromEntries(records.map((one) => [`advisories/${one.id}.json`, JSON.stringify(one)]));
}

/** An OpenVEX document that says that lodash' vulnerability does no harm. */
export function openVex(statement: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'Acme PSIRT',
    timestamp: '2026-10-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2021-23337' },
        products: [{ '@id': 'pkg:npm/lodash@4.17.15' }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        impact_statement: 'template() is never called.',
        ...statement,
      },
    ],
  });
}
