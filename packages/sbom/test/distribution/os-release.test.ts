import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Evidence } from '../../src/cataloguers/cataloguer.ts';
import { readCpe } from '../../src/cataloguers/distribution/cpe-name.ts';
import { osRelease, osReleaseOf, type ReleaseFacts } from '../../src/cataloguers/distribution/os-release.ts';
import { distroQualifier } from '../../src/inventory/os-release.ts';
import { catalogue, foundFile } from '../support/files.ts';

/** Evidence of files by path, as the reader would hand it over: sorted by path. */
function evidenceOf(files: Readonly<Record<string, string>>): readonly Evidence<ReleaseFacts>[] {
  return Object.keys(files)
    .sort()
    .flatMap((path) => {
      const facts = osRelease.read(foundFile(path, files[path] ?? ''), () => undefined);
      return facts === undefined ? [] : [{ path, layer: undefined, facts, earlier: [] }];
    });
}

const distroOf = (files: Readonly<Record<string, string>>) => {
  const os = osReleaseOf(evidenceOf(files));
  return os === undefined ? undefined : distroQualifier(os);
};

const DEBIAN = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"\n';

it.each([
  { name: 'the link’s target alone', files: { 'usr/lib/os-release': DEBIAN }, distro: 'debian-12' },
  {
    name: 'etc before usr/lib',
    files: { 'etc/os-release': 'ID=acme\nVERSION_ID=1', 'usr/lib/os-release': DEBIAN },
    distro: 'acme-1',
  },
  {
    name: 'os-release before release files',
    files: { 'etc/os-release': DEBIAN, 'etc/alpine-release': '3.20.3\n' },
    distro: 'debian-12',
  },
  {
    name: 'single quotes, comments, CRLF',
    files: { 'etc/os-release': "# x\r\nID='arch'\r\nBUILD_ID=rolling\r\n" },
    distro: 'arch-rolling',
  },
  { name: 'an escaped quote', files: { 'etc/os-release': 'ID="a\\"b"\n' }, distro: 'a"b' },
  { name: 'no ID', files: { 'etc/os-release': 'NAME=x\nVERSION_ID=3.15.4\n' }, distro: 'linux-3.15.4' },
  {
    name: 'no ID, and a file that knows it',
    files: { 'etc/os-release': 'NAME=x\nVERSION_ID=3.15.4\n', 'etc/alpine-release': '3.15.4\n' },
    distro: 'alpine-3.15.4',
  },
  {
    name: 'an empty os-release',
    files: { 'etc/os-release': '', 'etc/debian_version': '12.5\n' },
    distro: 'debian-12',
  },
  { name: 'the installer’s own', files: { 'etc/initrd-release': DEBIAN }, distro: undefined },
  { name: 'another root’s', files: { 'rootfs/etc/os-release': DEBIAN }, distro: undefined },
  { name: 'Alpine', files: { 'etc/alpine-release': '3.18.4\n' }, distro: 'alpine-3.18.4' },
  { name: 'Debian before its release', files: { 'etc/debian_version': 'trixie/sid\n' }, distro: 'debian' },
  {
    name: 'CentOS 6',
    files: { 'etc/redhat-release': 'CentOS release 6.10 (Final)\n' },
    distro: 'centos-6.10',
  },
  {
    name: 'RHEL 5',
    files: { 'etc/redhat-release': 'Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n' },
    distro: 'rhel-5.11',
  },
  {
    name: 'Amazon',
    files: { 'etc/system-release': 'Amazon Linux AMI release 2018.03\n' },
    distro: 'amzn-2018.03',
  },
  { name: 'a release file of nobody', files: { 'etc/redhat-release': 'hello\n' }, distro: undefined },
  {
    name: 'Alpine by its repositories',
    files: {
      'etc/apk/repositories':
        '#https://x/alpine/v3.1/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.20/main\n',
    },
    distro: 'alpine-3.20',
  },
  {
    name: 'Alpine edge',
    files: { 'etc/apk/repositories': 'https://dl-cdn.alpinelinux.org/alpine/edge/main\n' },
    distro: 'alpine-edge',
  },
  {
    name: 'BusyBox alone',
    files: { 'bin/busybox': '\x7fELF…BusyBox v%s…BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)' },
    distro: 'busybox-1.36.1',
  },
  {
    name: 'BusyBox in a distribution without ID',
    files: { 'bin/busybox': 'BusyBox v1.36.1', 'etc/os-release': 'VERSION_ID=1' },
    distro: 'linux-1',
  },
])('knows the distribution by $name', ({ files, distro }) => {
  expect(distroOf(files as Record<string, string>)).toBe(distro);
});

it('lists the distribution as one operating system', () => {
  const { packages, reports } = catalogue(osRelease, {
    'etc/os-release':
      'NAME="SLES"\nVERSION_ID="15.3"\nPRETTY_NAME="SUSE 15"\nID="sles"\nCPE_NAME="cpe:/o:suse:sles:15:sp3"\nHOME_URL="https://suse.com/"\n',
    'etc/debian_version': '12.5\n',
  });
  expect(reports).toEqual([]);
  expect(packages).toEqual([
    expect.objectContaining({
      kind: 'operating-system',
      name: 'sles',
      version: '15.3',
      description: 'SUSE 15',
      homepage: 'https://suse.com/',
      cpes: ['cpe:2.3:o:suse:sles:15:sp3:*:*:*:*:*:*'],
      properties: expect.objectContaining({ 'os.id': 'sles', 'os.name': 'SLES', 'os.pointRelease': '12.5' }),
      occurrences: [{ path: 'etc/os-release', layer: undefined }],
    }),
  ]);
});

it('reports an os-release that is none', () => {
  const { packages, reports } = catalogue(osRelease, { 'etc/os-release': `ID=${'a'.repeat(300_000)}` });
  expect(packages).toEqual([]);
  expect(reports).toEqual(['etc/os-release: It has 300003 bytes, and no distribution writes that many.']);
});

it.each([
  ['cpe:/o:suse:sles:15:sp3', 'cpe:2.3:o:suse:sles:15:sp3:*:*:*:*:*:*'],
  ['cpe:/o:redhat:enterprise_linux:9::baseos', 'cpe:2.3:o:redhat:enterprise_linux:9:*:baseos:*:*:*:*:*'],
  ['cpe:2.3:o:amazon:amazon_linux:2023', 'cpe:2.3:o:amazon:amazon_linux:2023:*:*:*:*:*:*:*'],
  ['cpe:2.3:o:a:b\\:c:1:*:*:*:*:*:*:*', 'cpe:2.3:o:a:b\\:c:1:*:*:*:*:*:*:*'],
  ['cpe:/o:a:b%2bc:1', 'cpe:2.3:o:a:b\\+c:1:*:*:*:*:*:*:*'],
  ['cpe:/o:a:b:c:d:e:f:g:h', undefined],
  ['debian', undefined],
  ['cpe:/o:a b', undefined],
])('reads the CPE %s as %s', (text, cpe) => {
  expect(readCpe(text)).toBe(cpe);
});

it('takes any bytes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('etc/os-release', 'etc/redhat-release', 'bin/busybox'),
      fc.string(),
      (path, text) => {
        expect(() => catalogue(osRelease, { [path]: text })).not.toThrow();
      },
    ),
  );
});

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'] ?? '';
const TITLE = DATA === '' ? 'real files (skipped: ARTIFACT_LIFECYCLE_DATA is not set)' : 'real files';

(DATA === '' ? describe.skip : describe)(TITLE, () => {
  it('are read as their distributions', () => {
    const folder = join(DATA, 'sbom/os-release/trivy');
    const distros = readdirSync(folder).map((name) => [
      name,
      distroOf({ 'etc/os-release': readFileSync(join(folder, name), 'utf8') }),
    ]);
    expect(Object.fromEntries(distros)).toEqual({
      activestate: 'activestate-1.0',
      alma: 'almalinux-9.4',
      alpine: 'alpine-3.15.4',
      'azurelinux-3.0': 'azurelinux-3.0',
      bottlerocket: 'bottlerocket-1.34.0',
      centos: 'centos-7',
      'centos-stream': 'centos-8',
      coreos: 'coreos-3.15.4',
      echo: 'echo-1',
      fedora: 'fedora-42',
      'mariner-1.0': 'mariner-1.0',
      'mariner-2.0': 'mariner-2.0',
      minimos: 'minimos-20241031',
      'no-id': 'linux-3.15.4',
      'no-version': 'alpine',
      'opensuseleap-15.2.1': 'opensuse-leap-15.2.1',
      'opensuseleap-42.3': 'opensuse-42.3',
      opensusetumbleweed: 'opensuse-tumbleweed-20220412',
      oracle: 'ol-8.10',
      photon: 'photon-4.0',
      rhel: 'rhel-9.4',
      rocky: 'rocky-9.3',
      slemicro: 'sle-micro-5.3',
      'slemicro-rancher': 'sle-micro-rancher-5.4',
      'slemicro6.0': 'sl-micro-6.0',
      sles: 'sles-15.3',
      unknown: 'unknown-4.3.2',
    });
  });
});
