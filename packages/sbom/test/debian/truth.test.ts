import { expect, it } from '@jest/globals';
import { dpkg } from '../../src/cataloguers/debian/dpkg.ts';
import { opkg } from '../../src/cataloguers/debian/opkg.ts';
import { catalogue } from '../support/files.ts';
import { describeTables, type Truth } from '../support/truth-tables.ts';

/** Where a fixture would lie in an image, and what it says. */
function place(truth: Truth, file: string): Record<string, string> {
  const [archive = '', inside] = file.split('!');
  if (inside !== undefined) return truth.archive(archive);
  const path =
    /(?:var|usr)\/lib\/.*$/.exec(file)?.[0] ??
    (file.includes('/status.d/') ? `var/lib/dpkg/status.d/${file.split('/').at(-1)}` : undefined) ??
    (file.includes('/opkg/') ? 'var/lib/opkg/status' : 'var/lib/dpkg/status');
  return { [path]: truth.text(file) };
}

describeTables('databases of Debian packages', (truth) => {
  const rows = truth.rows('expected/dpkg.tsv');
  const files = [...new Set(rows.map((row) => row['file'] ?? ''))];

  it.each(files)('%s lists what it should', (file) => {
    const cataloguer = file.includes('/opkg/') ? opkg : dpkg;
    const { packages } = catalogue(cataloguer as typeof dpkg, place(truth, file));
    const found = packages.map(({ name, version, qualifiers, source }) => ({
      package: name,
      version,
      arch: qualifiers?.['arch'] ?? '',
      source: source?.name === name && source.version === version ? '' : `${source?.name} ${source?.version}`,
    }));
    const expected = rows
      .filter((row) => row['file'] === file && row['verdict'] === 'installed')
      .map((row) => {
        const [source = '', stated] = (row['source'] ?? '').split(/ \(|\)$/);
        const isOwn =
          source === '' || (source === row['package'] && (stated ?? row['version']) === row['version']);
        return {
          package: row['package'],
          version: row['version'],
          arch: row['arch'],
          source: isOwn ? '' : `${source} ${stated ?? row['version']}`,
        };
      });
    expect(found).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  it('has 90 installed packages in the longest', () => {
    const { packages, reports } = catalogue(dpkg, truth.archive('dpkg/trivy/valid.txtar'));
    expect(packages).toHaveLength(90);
    expect(reports).toEqual([]);
    const bash = packages.find(({ name }) => name === 'bash');
    expect(bash?.dependsOn?.map((key) => key.split(':')[0])).toEqual([
      'base-files',
      'debianutils',
      'libc6',
      'libtinfo5',
    ]);
    expect(bash?.supplier?.name).toBe('Ubuntu Developers');
    expect(bash?.namespace).toBe('ubuntu');
  });

  it('says which hash a package had in its archive', () => {
    const { packages } = catalogue(dpkg, truth.archive('dpkg/trivy/digest.txtar'));
    expect(packages.map(({ name, hashes }) => [name, hashes])).toEqual([
      // What was available is a newer one.
      ['sed', undefined],
      [
        'tar',
        [{ algorithm: 'SHA-256', hex: 'bd8e963c6edcf1c806df97cd73560794c347aa94b9aaaf3b88eea585bb2d2f3c' }],
      ],
    ]);
  });

  it('knows a vendor’s packages', () => {
    const { packages } = catalogue(dpkg, truth.archive('dpkg/trivy/third-party.txtar'));
    expect(packages.map(({ name, isThirdParty }) => [name, isThirdParty])).toEqual([
      ['docker-ce', true],
      ['apt', false],
    ]);
  });

  it('knows what a package owns', () => {
    const [tar] = catalogue(dpkg, truth.archive('dpkg/trivy/md5sums.txtar')).packages;
    expect(tar?.owned?.has('usr/bin/tar')).toBe(true);
    expect(tar?.owned?.size).toBe(13);
  });

  it('reads a distroless package with its licence and its files', () => {
    const base = 'dpkg/syft/image-distroless-deb';
    const paths = [
      'usr/share/doc/libsqlite3-0/copyright',
      'var/lib/dpkg/status.d/libsqlite3-0',
      'var/lib/dpkg/status.d/libsqlite3-0.md5sums',
    ];
    const files = Object.fromEntries(paths.map((path) => [path, truth.text(`${base}/${path}`)]));
    const { packages, reports } = catalogue(dpkg, files);
    expect(reports).toEqual([]);
    expect(packages).toHaveLength(1);
    expect(packages[0]?.licences?.map(({ text }) => text)).toEqual(['public-domain', 'GPL-2+']);
    expect(packages[0]?.owned?.has('usr/share/doc/libsqlite3-0/copyright')).toBe(true);
    expect(packages[0]?.completeness).toBe('incomplete');
  });

  it.each(['corrupt', 'empty'])('lists nothing of status.d/%s', (name) => {
    const path = `var/lib/dpkg/status.d/${name}`;
    expect(catalogue(dpkg, { [path]: truth.text(`dpkg/syft/${path}`) }).packages).toEqual([]);
  });
});

describeTables('copyright files', (truth) => {
  const licencesOf = (file: string) => {
    const { packages } = catalogue(dpkg, {
      'var/lib/dpkg/status': 'Package: x\nVersion: 1\nStatus: install ok installed\n',
      'usr/share/doc/x/copyright': truth.text(file),
    });
    return packages[0]?.licences?.map(({ text }) => text);
  };
  it.each([
    ['dpkg/syft/copyright/libaudit-common', ['GPL-2', 'LGPL-2.1']],
    ['dpkg/syft/copyright/trilicense', ['MPL-1.1 or GPL-2 or LGPL-2.1']],
    ['dpkg/syft/copyright/libc6', ['LGPL-2.1', 'GPL-2']],
    ['dpkg/syft/copyright/microsoft', []],
    [
      'dpkg/syft/copyright/python',
      ['GPL-2', 'Apache-2.0', 'Expat', 'PSF-2', 'Apache-2', 'Python', 'ISC', 'Apache', 'LGPL-2.1+'],
    ],
    ['dpkg/trivy/all-patterns-copyright', ['GPLv2+', 'GPL-2']],
    ['dpkg/trivy/common-license-copyright', ['GPL-2']],
    ['dpkg/trivy/no-license-copyright', []],
    [
      'dpkg/trivy/license-pattern-and-classifier-copyright',
      ['GPL-1+ or Artistic, and BSD-4-clause-POWERDOG', 'Zlib'],
    ],
  ] as const)('%s names %j', (file, names) => {
    expect(licencesOf(file)).toEqual(names);
  });
});
