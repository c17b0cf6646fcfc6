import { describe, expect, it } from '@jest/globals';
import { consolidate, type Finding } from '../../src/inventory/consolidate.ts';
import { ownPaths } from '../../src/inventory/owned-paths.ts';
import type { FoundPackage, Package } from '../../src/inventory/package.ts';

const found = (change: Partial<FoundPackage>): FoundPackage => ({
  key: change.name ?? 'a',
  type: 'npm',
  name: 'a',
  version: '1.0.0',
  occurrences: [{ path: `node_modules/${change.name ?? 'a'}/package.json`, layer: 'sha256:1' }],
  ...change,
});

const by = (cataloguer: string, ...packages: readonly FoundPackage[]): readonly Finding[] =>
  packages.map((one) => ({ cataloguer, found: one }));

function only(packages: readonly Package[]): Package {
  expect(packages).toHaveLength(1);
  const [first] = packages;
  if (first === undefined) throw new Error('no package');
  return first;
}

describe('one component for one package', () => {
  it('joins findings of one package, with all its places', () => {
    const one = only(
      consolidate([
        ...by('npm', found({ occurrences: [{ path: 'b/package.json', layer: 'sha256:2' }] })),
        ...by('npm', found({ key: 'again', occurrences: [{ path: 'a/package.json', layer: 'sha256:1' }] })),
        ...by('npm-lock', found({ occurrences: [{ path: 'a/package.json', layer: 'sha256:1' }] })),
      ]),
    );
    expect(one.id).toBe('pkg:npm/a@1.0.0');
    expect(one.foundBy).toEqual(['npm', 'npm-lock']);
    expect(one.occurrences).toEqual([
      { path: 'a/package.json', layer: 'sha256:1' },
      { path: 'b/package.json', layer: 'sha256:2' },
    ]);
  });

  it('keeps versions apart, and types', () => {
    const packages = consolidate(
      by('npm', found({}), found({ key: 'b', version: '2.0.0' }), found({ key: 'c', type: 'pypi' })),
    );
    expect(packages.map(({ id }) => id)).toEqual(['pkg:npm/a@1.0.0', 'pkg:npm/a@2.0.0', 'pkg:pypi/a@1.0.0']);
  });

  it('takes each fact from the first finding that has it', () => {
    const one = only(
      consolidate(
        by(
          'npm',
          found({ licences: [], homepage: 'https://a.example', properties: { x: '1' } }),
          found({
            licences: [{ text: 'MIT' }],
            homepage: 'https://b.example',
            properties: { x: '2', y: '3' },
          }),
        ),
      ),
    );
    expect(one).toMatchObject({
      licence: 'MIT',
      declaredLicences: ['MIT'],
      homepage: 'https://a.example',
      properties: { x: '1', y: '3' },
    });
  });

  it.each([
    {
      name: 'required wins over development',
      scopes: ['development', 'required'] as const,
      expected: 'required',
    },
    {
      name: 'optional wins over development',
      scopes: ['development', 'optional'] as const,
      expected: 'optional',
    },
    { name: 'no scope is required', scopes: ['development', undefined] as const, expected: 'required' },
  ])('$name', ({ scopes, expected }) => {
    expect(only(consolidate(by('npm', ...scopes.map((scope) => found({ scope }))))).scope).toBe(expected);
  });

  it.each([
    { name: 'all complete', said: ['complete', 'complete'] as const, expected: 'complete' },
    { name: 'one that does not say', said: ['complete', undefined] as const, expected: 'unknown' },
    { name: 'one incomplete', said: [undefined, 'incomplete'] as const, expected: 'incomplete' },
  ])('$name is $expected', ({ said, expected }) => {
    const findings = by('npm', ...said.map((completeness) => found({ completeness })));
    expect(only(consolidate(findings)).completeness).toBe(expected);
  });

  it('leads dependencies to what they became, without what is not there and without itself', () => {
    const packages = consolidate([
      ...by('npm', found({ dependsOn: ['b', 'gone', 'a', 'b'] }), found({ key: 'b', name: 'b' })),
      ...by('other', found({ key: 'b', name: 'c', type: 'pypi' })),
    ]);
    expect(packages[0]?.dependsOn).toEqual(['pkg:npm/b@1.0.0']);
  });
});

describe('packages owned by the distribution', () => {
  const deb = found({
    key: 'python3-urllib3',
    type: 'deb',
    namespace: 'debian',
    name: 'python3-urllib3',
    version: '1.26.12-1',
    occurrences: [{ path: 'var/lib/dpkg/status', layer: 'sha256:1' }],
    owned: ownPaths(['/usr/lib/python3/dist-packages/urllib3-1.26.12.egg-info/PKG-INFO', '/lib/node/x.jar']),
  });
  const python = (path: string, key = 'urllib3'): FoundPackage =>
    found({ key, type: 'pypi', name: 'urllib3', version: '1.26.12', occurrences: [{ path }] });
  const OWNED = 'usr/lib/python3/dist-packages/urllib3-1.26.12.egg-info/PKG-INFO';

  it('are not listed twice: the owner says what it contains', () => {
    const one = only(consolidate([...by('dpkg', deb), ...by('python', python(OWNED))]));
    expect(one.id).toBe('pkg:deb/debian/python3-urllib3@1.26.12-1');
    expect(one.contains).toEqual(['pkg:pypi/urllib3@1.26.12']);
  });

  it('are listed where they lie elsewhere, too, and only there', () => {
    const packages = consolidate([
      ...by('dpkg', deb),
      ...by('python', python(OWNED), python('opt/app/urllib3-1.26.12.dist-info/METADATA')),
    ]);
    expect(packages.map(({ id }) => id)).toEqual([
      'pkg:deb/debian/python3-urllib3@1.26.12-1',
      'pkg:pypi/urllib3@1.26.12',
    ]);
    expect(packages[1]?.occurrences.map(({ path }) => path)).toEqual([
      'opt/app/urllib3-1.26.12.dist-info/METADATA',
    ]);
  });

  it('are found behind a merged usr, and inside an owned archive', () => {
    const jar = found({ key: 'j', type: 'maven', occurrences: [{ path: 'usr/lib/node/x.jar!inner.jar' }] });
    expect(only(consolidate([...by('dpkg', deb), ...by('java', jar)])).contains).toEqual([
      'pkg:maven/a@1.0.0',
    ]);
  });

  it('do not hide the distribution itself, whose name is in a file of one of them', () => {
    const release = found({
      key: 'debian',
      type: 'generic',
      kind: 'operating-system',
      name: 'debian',
      version: '12',
      occurrences: [{ path: 'usr/lib/os-release' }],
    });
    const files = { ...deb, name: 'base-files', owned: ownPaths(['/usr/lib/os-release']) };
    const packages = consolidate([...by('dpkg', files), ...by('os-release', release)]);
    expect(packages.map(({ name, contains }) => [name, contains])).toEqual([
      ['base-files', []],
      ['debian', []],
    ]);
  });

  it('are depended on by way of their owner', () => {
    const requests = found({
      key: 'requests',
      type: 'pypi',
      name: 'requests',
      dependsOn: ['urllib3'],
      occurrences: [{ path: 'opt/requests.dist-info/METADATA' }],
    });
    const packages = consolidate([...by('dpkg', deb), ...by('python', python(OWNED), requests)]);
    expect(packages.find(({ name }) => name === 'requests')?.dependsOn).toEqual([
      'pkg:deb/debian/python3-urllib3@1.26.12-1',
    ]);
  });

  it('are listed in a package of a vendor, of which no distribution speaks', () => {
    const vendor: FoundPackage = { ...deb, isThirdParty: true };
    expect(consolidate([...by('dpkg', vendor), ...by('python', python(OWNED))])).toHaveLength(2);
  });
});

describe('what a later layer put in the place of a file', () => {
  const LAYERS = ['sha256:1', 'sha256:2', 'sha256:3'];
  const FILE = 'usr/lib/node_modules/npm/package.json';
  const npm = found({
    key: 'npm',
    type: 'apk',
    namespace: 'wolfi',
    name: 'npm',
    version: '10.8.2-r0',
    occurrences: [{ path: 'lib/apk/db/installed', layer: 'sha256:2' }],
    owned: ownPaths([FILE]),
  });
  const inside = (version: string | undefined, layer: string | undefined): FoundPackage =>
    found({ key: 'inside', name: 'npm', version, occurrences: [{ path: FILE, layer }] });

  it.each([
    { name: 'another version of a later layer is listed', version: '11.0.0', layer: 'sha256:3', count: 2 },
    {
      name: 'the same version, touched by a later layer, is not',
      version: '10.8.2',
      layer: 'sha256:3',
      count: 1,
    },
    { name: 'another version of its own layer is not', version: '11.0.0', layer: 'sha256:2', count: 1 },
    { name: 'another version of a lower layer is not', version: '11.0.0', layer: 'sha256:1', count: 1 },
    { name: 'what has no version is not', version: undefined, layer: 'sha256:3', count: 1 },
    { name: 'what has no layer is not', version: '11.0.0', layer: undefined, count: 1 },
    { name: 'what lies in a layer nobody knows is not', version: '11.0.0', layer: 'sha256:9', count: 1 },
  ])('$name', ({ version, layer, count }) => {
    const packages = consolidate([...by('apk', npm), ...by('npm', inside(version, layer))], LAYERS);
    expect(packages).toHaveLength(count);
    expect(packages.find(({ type }) => type === 'apk')?.contains).toHaveLength(2 - count);
  });

  it('counts from the layer that upgraded the package', () => {
    const upgraded: FoundPackage = {
      ...npm,
      occurrences: [{ path: 'lib/apk/db/installed', layer: 'sha256:3' }],
    };
    expect(
      consolidate([...by('apk', upgraded), ...by('npm', inside('11.0.0', 'sha256:3'))], LAYERS),
    ).toHaveLength(1);
  });
});

describe('a program that was recognised', () => {
  const recognised = (path: string, name: string, version = '7.2.4'): FoundPackage =>
    found({
      key: `${path}#${name}`,
      type: 'generic',
      name,
      version,
      kind: 'application',
      isRecognised: true,
      occurrences: [{ path }],
    });
  const at = (home: string, name: string, version: string | undefined, path = home): FoundPackage =>
    found({ key: name, type: 'bitnami', name, version, home, occurrences: [{ path }] });

  it.each([
    {
      name: 'is the program that says so itself',
      speaker: at('usr/bin/vault', 'vault', 'v1.15.0'),
      program: recognised('usr/bin/vault', 'vault', '1.15.0'),
      count: 1,
    },
    {
      name: 'is listed where the program does not say its version',
      speaker: at('usr/bin/vault', 'vault', undefined),
      program: recognised('usr/bin/vault', 'vault', '1.15.0'),
      count: 2,
    },
    {
      name: 'is what the folder is of',
      speaker: at('opt/bitnami/redis', 'redis', '7.2.4-0', 'opt/bitnami/redis/.spdx-redis.spdx'),
      program: recognised('opt/bitnami/redis/bin/redis-server', 'redis'),
      count: 1,
    },
    {
      name: 'is what the folder is of by another name, where nothing else is',
      speaker: at('opt/java', 'openjdk', '17.0.15+6', 'opt/java/release'),
      program: recognised('opt/java/bin/java', 'jre', '17.0.15+6-LTS'),
      count: 1,
    },
    {
      name: 'is listed in the folder of another release',
      speaker: at('opt/bitnami/redis', 'redis', '7.2.5-0'),
      program: recognised('opt/bitnami/redis/bin/redis-server', 'redis'),
      count: 2,
    },
    {
      name: 'is listed beside a folder whose name begins so',
      speaker: at('opt/bitnami/redis', 'redis', '7.2.4-0'),
      program: recognised('opt/bitnami/redis-extra/bin/redis-server', 'redis'),
      count: 2,
    },
  ])('$name', ({ speaker, program, count }) => {
    const packages = consolidate([...by('speaker', speaker), ...by('binary-classifier', program)]);
    expect(packages).toHaveLength(count);
  });

  it('is looked for by its name where several are at home', () => {
    const packages = consolidate([
      ...by('conda', at('opt/conda', 'python', '3.12.1'), at('opt/conda', 'perl', '5.32.1')),
      ...by('binary-classifier', recognised('opt/conda/bin/python3.12', 'python', '3.12.1')),
      ...by('binary-classifier', recognised('opt/conda/bin/perl', 'something', '5.32.1')),
    ]);
    expect(packages.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'bitnami perl',
      'bitnami python',
      'generic something',
    ]);
  });

  it('is all that a home hides', () => {
    const packages = consolidate([
      ...by('bitnami', at('opt/bitnami/redis', 'redis', '1.0.0')),
      ...by('npm', found({ occurrences: [{ path: 'opt/bitnami/redis/package.json' }] })),
    ]);
    expect(packages).toHaveLength(2);
  });
});
