import { expect, it } from '@jest/globals';
import { rpm } from '../../src/cataloguers/rpm/rpm.ts';
import { readHeaders } from '../../src/cataloguers/rpm/rpm-package.ts';
import { catalogue } from '../support/files.ts';
import { describeTables } from '../support/truth-tables.ts';

const COLUMNS = ['name', 'epoch', 'version', 'release', 'arch', 'source', 'licence'];

describeTables('databases of rpm', (truth) => {
  it.each([
    { name: 'cbl-mariner-2.0', file: 'rpmdb.sqlite', count: 129 },
    { name: 'grype-centos', file: 'Packages', count: 1 },
    { name: 'grype-sles', file: 'Packages', count: 1 },
    { name: 'libuuid', file: 'Packages', count: 1 },
    { name: 'scalibr-epoch', file: 'Packages', count: 1 },
    { name: 'sle15-bci', file: 'Packages.db', count: 35 },
    { name: 'syft-dive', file: 'Packages', count: 1 },
  ])('$name lists what rpm lists', ({ name, file, count }) => {
    const { packages, reports } = catalogue(rpm, {
      [`var/lib/rpm/${file}`]: truth.bytes(`rpm/${name}/${file}`),
    });
    const found = packages.map((each) => ({
      name: each.name,
      epoch: each.qualifiers?.['epoch'] ?? '(none)',
      version: each.version?.split('-')[0],
      release: each.version?.split('-')[1],
      arch: each.qualifiers?.['arch'],
      source: each.qualifiers?.['upstream'],
      licence: each.licences?.[0]?.text,
    }));
    const byName = (a: { name?: string }, b: { name?: string }) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
    expect(reports).toEqual([]);
    expect(found.sort(byName)).toEqual([...truth.rows(`expected/rpm-${name}.tsv`, COLUMNS)].sort(byName));
    expect(found).toHaveLength(count);
  });

  it('knows what a package depends on and owns', () => {
    const { packages } = catalogue(rpm, {
      'var/lib/rpm/rpmdb.sqlite': truth.bytes('rpm/cbl-mariner-2.0/rpmdb.sqlite'),
    });
    const bash = packages.find(({ name }) => name === 'bash');
    expect(bash).toMatchObject({
      source: { name: 'bash', version: '5.1.8-1.cm2' },
      supplier: { name: 'Microsoft Corporation' },
      hashes: [{ algorithm: 'MD5' }],
    });
    expect(bash?.owned?.has('bin/bash')).toBe(true);
    // By `rpm --whatprovides` of each of its requirements.
    expect(bash?.dependsOn).toEqual([
      'coreutils-0:8.32-1.cm2.x86_64',
      'glibc-0:2.34-2.cm2.x86_64',
      'grep-0:3.7-1.cm2.x86_64',
      'readline-0:8.1-1.cm2.x86_64',
    ]);
    const incomplete = packages
      .filter(({ completeness }) => completeness !== 'complete')
      .map(({ name }) => name);
    expect(incomplete).toEqual([]);
  });

  it('reads a header of Fedora', () => {
    const { packages, broken } = readHeaders([truth.bytes('rpm/blob.bin')], '');
    expect(broken).toBe(0);
    expect(packages).toMatchObject([
      { name: 'publicsuffix-list-dafsa', version: '20210518', release: '2.fc35', vendor: 'Fedora Project' },
    ]);
    expect(packages[0]?.digests.sha256Payload).toMatch(/^d974f579/);
  });
});
