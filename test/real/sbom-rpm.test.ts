import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rpm as rpmCataloguer } from '../../packages/sbom/src/cataloguers/rpm/rpm.ts';
import { catalogue } from '../../packages/sbom/test/support/files.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { describeWithTools } from '../support/tools.ts';

const SPEC = `
Name: acme
Epoch: 2
Version: 1.2.3
Release: 4~rc1
Summary: What the test builds
License: MIT and GPLv2+
URL: https://acme.example
Vendor: Acme
BuildArch: noarch
Requires: acme-data = 2:1.2.3-4~rc1
Requires: (acme-tools if acme-data)
Requires: /usr/share/acme/data
Provides: acme(capability) = 1
%description
Acme
%package data
Epoch: 0
Summary: Data
%description data
Data
%package tools
Summary: Tools
Requires: acme(capability) >= 1
%description tools
Tools
%install
mkdir -p %{buildroot}/usr/share/acme %{buildroot}/usr/bin
echo data > %{buildroot}/usr/share/acme/data
echo tool > %{buildroot}/usr/bin/acme
%files
%files data
/usr/share/acme/data
%files tools
/usr/bin/acme
`;

describeWithTools('an rpm database of rpm itself', ['rpm', 'rpmbuild'], (tools) => {
  let place: Workplace;
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, args, {
      encoding: 'utf8',
      // Debian's rpm says on stderr that there is another way to install packages.
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', HOME: place.directory },
    });

  beforeAll(async () => {
    place = await openWorkplace('rpm');
    const spec = join(place.directory, 'acme.spec');
    writeFileSync(spec, SPEC);
    run(tools.rpmbuild, '-bb', '--quiet', '--define', `_topdir ${place.directory}/build`, spec);
  }, 60_000);
  afterAll(() => place?.close());

  it('is read as rpm reads it', () => {
    const database = join(place.directory, 'database');
    mkdirSync(database);
    const built = join(place.directory, 'build/RPMS/noarch');
    const rpm = (...args: readonly string[]) =>
      run(tools.rpm, '--dbpath', database, '--define', '_db_backend sqlite', ...args);
    rpm('--initdb');
    rpm('-i', '--justdb', '--nodeps', '--force', ...readdirSync(built).map((name) => join(built, name)));
    const said = rpm(
      '-qa',
      '--qf',
      '%{NAME}\\t%{EPOCH}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{LICENSE}\\t%{SIGMD5}\\n',
    );

    const files = Object.fromEntries(
      readdirSync(database).map((name) => [`var/lib/rpm/${name}`, readFileSync(join(database, name))]),
    );
    expect(Object.keys(files)).toContain('var/lib/rpm/rpmdb.sqlite');
    const { packages, reports } = catalogue(rpmCataloguer, files);
    expect(reports).toEqual([]);
    const found = packages.map(({ name, version, qualifiers, licences, hashes }) =>
      [
        name,
        qualifiers?.['epoch'] ?? '(none)',
        version,
        qualifiers?.['arch'],
        licences?.[0]?.text,
        hashes?.[0]?.hex,
      ].join('\t'),
    );
    expect(found.sort()).toEqual(said.trim().split('\n').sort());
    expect(found).toHaveLength(3);
    const edges = packages.map(({ name, dependsOn }) => [
      name,
      dependsOn?.map((key) => key.replace(/-\d+:.*/, '')),
    ]);
    expect(Object.fromEntries(edges)).toEqual({
      acme: ['acme-data', 'acme-tools'],
      'acme-data': [],
      'acme-tools': ['acme'],
    });
    expect(packages.find(({ name }) => name === 'acme-tools')?.owned?.has('usr/bin/acme')).toBe(true);
  });
});
