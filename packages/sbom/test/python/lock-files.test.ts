import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pythonLockFiles } from '../../src/cataloguers/python/lock-files.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';
import { type Catalogued, catalogue, wants } from '../support/files.ts';
import { edgesOf, namesOf, packageOf } from '../support/packages.ts';
import { describeTruth } from '../support/truth.ts';

const HEX = 'ab'.repeat(32);

function read(files: Readonly<Record<string, string | Buffer>>): Catalogued {
  return catalogue(pythonLockFiles, files, { origin: 'directory' });
}

function packagesOf(path: string, content: string | Buffer): readonly FoundPackage[] {
  return read({ [path]: content }).packages;
}

/** Names of what is asked for by the project itself. */
function directIn(packages: readonly FoundPackage[]): readonly string[] {
  return packages.filter(({ isDirect }) => isDirect).map(({ name }) => name);
}

function scopesOf(packages: readonly FoundPackage[]): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(packages.map(({ name, scope }) => [name, scope]));
}

describe('selection', () => {
  it.each([
    { path: 'requirements.txt', is: true },
    { path: 'src/1-requirements-dev.txt', is: true },
    { path: 'requirements/base.txt', is: true },
    { path: 'script.py.lock', is: true },
    { path: 'pylock.dev.toml', is: true },
    { path: 'a/pyproject.toml', is: true },
    { path: 'notes.txt', is: false },
    { path: 'Cargo.toml', is: false },
    { path: 'pylock.a.b.toml', is: false },
  ])('$path: $is', ({ path, is }) => {
    expect(wants(pythonLockFiles.selects, path)).toBe(is);
  });

  it('is for directories only', () => {
    expect(pythonLockFiles.origins).toEqual(['directory']);
  });
});

describe('requirements', () => {
  it.each([
    { name: 'an exact pin', line: 'a == 1.0', is: ['a@1.0'] },
    { name: 'arbitrary equality', line: 'a===1.0+local.2', is: ['a@1.0+local.2'] },
    { name: 'extras and a marker', line: 'a[x, y]==1.0 ; python_version < "3"', is: ['a@1.0'] },
    { name: 'a comment', line: 'a==1.0 # because', is: ['a@1.0'] },
    { name: 'an epoch', line: 'a==1!2.0', is: ['a@1!2.0'] },
    { name: 'a wildcard', line: 'a==1.*', is: [] },
    { name: 'a range', line: 'a>=1.0', is: [] },
    { name: 'options', line: '--index-url https://x/\n-r other.txt\n-c c.txt\n-e .\n./local', is: [] },
    { name: 'a wheel by its address', line: 'https://x/a-1.0-py3-none-any.whl', is: ['a@1.0'] },
    { name: 'an archive by name', line: 'a @ https://x/a-1.0.tar.gz', is: ['a@1.0'] },
    { name: 'sources', line: '-e git+https://x/y/a.git@v1#egg=a&subdirectory=b', is: ['a'] },
    { name: 'sources by name', line: 'a @ git+ssh://git@x/y/a.git', is: ['a'] },
    { name: 'a line that goes on', line: 'a \\\n ==1.0 \\\n', is: ['a@1.0'] },
    { name: 'conflicts of a merge', line: '<<<<<<< HEAD\na==1.0\n=======\n', is: ['a@1.0'] },
  ])('reads $name', ({ line, is }) => {
    expect(namesOf(packagesOf('requirements.txt', line))).toEqual(is);
  });

  it('names the commit of sources without secrets', () => {
    const [found] = packagesOf('requirements.txt', 'a @ git+https://u:p@x/y/a.git@abc123');
    expect(found?.qualifiers).toEqual({ vcs_url: 'git+https://x/y/a.git@abc123' });
  });

  it('has the hash where there is one file only', () => {
    const two = `b==1 --hash=sha256:${HEX} --hash=sha256:${'cd'.repeat(32)}`;
    const packages = packagesOf('requirements.txt', `a==1 \\\n    --hash=sha256:${HEX}\n${two}\n`);
    expect(packages.map(({ hashes }) => hashes)).toEqual([[{ algorithm: 'SHA-256', hex: HEX }], []]);
  });

  it("reads the graph from pip-compile's comments", () => {
    const packages = packagesOf(
      'requirements.txt',
      [
        ...['click==8.0.0', '    # via flask', 'Flask==2.0.0', '    # via -r requirements.in'],
        ...['jinja2==3.0.0', '    # via', '    #   flask', '    #   acme', '# via nobody'],
        'six==1.0  # via click, acme (pyproject.toml)',
      ].join('\n'),
    );
    expect(edgesOf(packages)).toEqual([
      'Flask@2.0.0 → click@8.0.0',
      'Flask@2.0.0 → jinja2@3.0.0',
      'click@8.0.0 → six@1.0',
    ]);
    expect(directIn(packages)).toEqual(['Flask', 'jinja2', 'six']);
  });

  it('takes everything for asked for where no comment says more', () => {
    const packages = packagesOf('requirements-dev.txt', 'a==1\n# via\nb==2\n');
    expect(directIn(packages)).toEqual(['a', 'b']);
    expect(scopesOf(packages)).toEqual({ a: 'development', b: 'development' });
  });

  it('says what it pins no version of', () => {
    const content = `${Array.from({ length: 11 }, (_, at) => `p${at}>=1`).join('\n')}\nq==1`;
    expect(read({ 'requirements.txt': content }).reports).toEqual([
      'requirements.txt: It pins no version of p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 1 more.',
    ]);
  });
});

describe('uv.lock', () => {
  const LOCK = `
version = 1
[[package]]
name = "acme"
source = { editable = "." }
dependencies = [{ name = "Web_App", extra = ["fast"] }]
[package.optional-dependencies]
nice = [{ name = "colours" }]
[package.dev-dependencies]
dev = [{ name = "tester" }, { name = "fork", version = "2" }]
[[package]]
name = "web-app"
version = "1"
source = { registry = "https://x/simple" }
sdist = { url = "https://x/web_app-1.tar.gz", hash = "sha256:${HEX}" }
wheels = [{ url = "https://x/web_app-1-py3-none-any.whl", hash = "sha256:${HEX}" }]
[package.optional-dependencies]
fast = [{ name = "speed" }]
[[package]]
name = "speed"
version = "1"
source = { git = "https://github.com/x/speed?rev=main#abc123" }
[[package]]
name = "colours"
version = "1"
[[package]]
name = "tester"
version = "1"
dependencies = [{ name = "speed" }, { name = "fork" }]
[[package]]
name = "fork"
version = "1"
[[package]]
name = "fork"
version = "2"
`;
  const packages = packagesOf('uv.lock', LOCK);

  it('has scopes by the strongest chain that leads to a package', () => {
    expect(scopesOf(packages)).toEqual({
      ...{ acme: 'required', 'web-app': 'required', speed: 'required', colours: 'optional' },
      ...{ tester: 'development', fork: 'development' },
    });
  });

  it('has edges with extras, and of several versions the one that is meant', () => {
    expect(edgesOf(packages)).toEqual([
      'acme → colours@1',
      'acme → fork@2',
      'acme → tester@1',
      'acme → web-app@1',
      'tester@1 → fork@1',
      'tester@1 → fork@2',
      'tester@1 → speed@1',
      'web-app@1 → speed@1',
    ]);
  });

  it('knows where packages come from', () => {
    expect(packageOf(packages, 'acme')).toMatchObject({ kind: 'application', isDirect: true });
    expect(packageOf(packages, 'web-app@1')).toMatchObject({
      downloadUrl: 'https://x/web_app-1-py3-none-any.whl',
      hashes: [{ algorithm: 'SHA-256', hex: HEX }],
      isDirect: true,
    });
    expect(packageOf(packages, 'speed@1').qualifiers).toEqual({
      vcs_url: 'git+https://github.com/x/speed@abc123',
    });
  });

  it('reads the lock file of a script', () => {
    const script = '[manifest]\nrequirements = [{ name = "a" }]\n[[package]]\nname = "a"\nversion = "1"\n';
    expect(directIn(packagesOf('tool.py.lock', script))).toEqual(['a']);
  });
});

describe('the project beside its lock file', () => {
  it('says what is direct and what groups are for', () => {
    const pdm = ['default', 'extra', 'work']
      .map((group) => `[[package]]\nname = "${group}"\nversion = "1"\ngroups = ["${group}"]\n`)
      .join('');
    const project = `
[project]
dependencies = ["default>=1"]
optional-dependencies = { extra = ["Extra"] }
[dependency-groups]
work = ["work", { include-group = "x" }]
`;
    const { packages } = read({ 'pdm.lock': pdm, 'pyproject.toml': project, 'b/pdm.lock': pdm });
    const own = packages.filter(({ key }) => key.startsWith('pdm.lock'));
    expect(scopesOf(own)).toEqual({ default: 'required', extra: 'optional', work: 'development' });
    expect(directIn(packages)).toEqual(['default', 'extra', 'work']);
  });

  it.each([
    {
      name: 'Poetry',
      lock: 'poetry.lock',
      content: '[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "b"\nversion = "1"\n',
      manifest: 'pyproject.toml',
      project: '[tool.poetry.dependencies]\npython = "^3"\nA = "^1"\n',
    },
    {
      name: 'pipenv',
      lock: 'Pipfile.lock',
      content: '{"_meta":{},"default":{"a":{"version":"==1"}},"develop":{"b":{"version":"==1"}}}',
      manifest: 'Pipfile',
      project: '[packages]\na = "*"\n[requires]\nb = "3"\n',
    },
  ])('knows what is direct: $name', ({ lock, content, manifest, project }) => {
    const { packages } = read({ [lock]: content, [manifest]: project });
    expect(namesOf(packages)).toEqual(['a@1', 'b@1']);
    expect(directIn(packages)).toEqual(['a']);
  });
});

describe('hostile input', () => {
  it.each(['requirements.txt', 'poetry.lock', 'uv.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock'])(
    'reads any %s as packages or as unknown',
    (path) => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (content) => {
          const { packages, reports } = read({ [path]: content });
          expect(packages.length + reports.length).toBeLessThan(10);
        }),
      );
    },
  );

  it.each([
    { name: 'spaces', line: `a${' '.repeat(190_000)}=${' '.repeat(1000)}b` },
    { name: 'comments', line: `a ${'# '.repeat(90_000)}\u2028` },
    { name: 'addresses', line: 'a @ git+https://'.repeat(12_000) },
    { name: 'brackets', line: `a${'['.repeat(190_000)}` },
    { name: 'backslashes', line: 'a\\\n'.repeat(190_000) },
    { name: 'hashes', line: `a==1 ${'--hash='.repeat(25_000)}` },
  ])('takes no longer than its size: $name', ({ line }) => {
    expect(packagesOf('requirements.txt', `${line}\nb==1`).length).toBeLessThan(3);
  });

  it('keeps many packages of one name from costing their square', () => {
    const entry = (at: number): string =>
      `[[package]]\nname = "a"\nversion = "${at}"\ndependencies = [{ name = "a" }]\n`;
    const packages = packagesOf('uv.lock', Array.from({ length: 5000 }, (_, at) => entry(at)).join(''));
    expect(packages).toHaveLength(5000);
    expect(packages[4999]?.dependsOn).toHaveLength(50);
  });
});

describeTruth('truth: lock files', 'python', (directory) => {
  const truth = (path: string, as: string): readonly FoundPackage[] =>
    packagesOf(as, readFileSync(join(directory, path)));

  it.each([
    ['syft/pdm-lock-separate-files/pdm.lock', 'pdm.lock', 57],
    ['syft/poetry/conflicting-with-extras/poetry.lock', 'poetry.lock', 21],
    ['syft/poetry/multiple-extras/poetry.lock', 'poetry.lock', 15],
    ['syft/poetry/nested-extras/poetry.lock', 'poetry.lock', 39],
    ['syft/uv/conflicting-with-extras/uv.lock', 'uv.lock', 22],
    ['syft/uv/multiple-extras/uv.lock', 'uv.lock', 17],
    ['syft/uv/nested-extras/uv.lock', 'uv.lock', 42],
    ['trivy/pipenv/Pipfile_django.lock', 'Pipfile.lock', 10],
    ['trivy/pipenv/Pipfile_many.lock', 'Pipfile.lock', 24],
    ['trivy/poetry/poetry_flask.lock', 'poetry.lock', 15],
    ['trivy/poetry/poetry_v2_flask.lock', 'poetry.lock', 15],
    ['trivy/uv/uv_normal.lock', 'uv.lock', 21],
    ['trivy/uv/uv_multiple_roots.lock', 'uv.lock', 3],
    ['trivy/uv/uv_without_root.lock', 'uv.lock', 1],
  ])('%s: every package (as %s, %d)', (path, as, count) => {
    const content = readFileSync(join(directory, path), 'utf8');
    const packages = packagesOf(as, content);
    expect(packages).toHaveLength(count);
    // Another way to count: names and versions by the eye of a line reader.
    const names = as.startsWith('Pipfile')
      ? [...content.slice(content.indexOf('"default"')).matchAll(/^ {8}"([^"]+)": \{$/gm)].map(
          ([, name]) => name,
        )
      : [...content.matchAll(/^name = "([^"]+)"$/gm)].map(([, name]) => name);
    // PDM writes a package with extras twice.
    expect(packages.map(({ name }) => name)).toEqual([...new Set(names)]);
  });

  it('reads requirements found out in the wild', () => {
    const { packages, reports } = read({
      'requirements.txt': readFileSync(join(directory, 'syft/requires/requirements.txt')),
    });
    expect(namesOf(packages)).toEqual([
      ...['FrIeNdLy-_-bArD@1.0.0', 'GithubSampleProject@3.7.1', 'SomeProject@5.4', 'argh@0.26.2'],
      ...['argh@0.26.3', 'celery@4.4.7', 'dots-._allowed@1.0.0', 'flask@4.0.0', 'foo@1.0.0'],
      ...['local-version@1.2.3+gcr.2', 'urllib3@1.26.20'],
    ]);
    expect(reports).toEqual([
      'requirements.txt: It pins no version of sqlalchemy, bar, coverage, numpyNew, numpy, Mopidy-Dirble, requests.',
    ]);
  });

  it.each([
    ['requirement_exstras', ['celery@4.4.7', 'pyjwt@2.1.0']],
    ['requirements_comments', ['Flask@2.0.0', 'Jinja2@3.0.0', 'MarkupSafe@2.0.0', 'click@8.0.0']],
    ['requirements_compatible', []],
    ['requirements_hash', ['FooProject@1.2', 'Jinja2@3.0.0']],
    ['requirements_hyphens', ['oauth2-client@4.0.0', 'python-gitlab@2.0.0']],
    ['requirements_no_version', ['Flask@2.0.0']],
    ['requirements_operator', ['Django@2.3.4', 'SomeProject@5.4']],
    ['requirements_spaces', ['Flask@2.0.0', 'Jinja2@3.0.0', 'click@8.0.0', 'itsdangerous@2.0.0']],
    ['requirements_utf16le', ['attrs@20.3.0']],
    ['requirements_with_templating_engine', []],
  ])("reads Trivy's %s", (file, names) => {
    expect(namesOf(truth(`trivy/pip/${file}.txt`, 'requirements.txt'))).toEqual(names);
  });

  it('reads extras and groups of PDM', () => {
    const packages = truth('syft/pdm-lock-extras/pdm.lock', 'pdm.lock');
    expect(edgesOf(packages)).toEqual([
      'coverage@7.4.1 → tomli@2.0.1',
      'pytest-cov@4.1.0 → coverage@7.4.1',
      'pytest-cov@4.1.0 → pytest@8.0.1',
    ]);
    const grouped = truth('syft/pdm-lock/pdm.lock', 'pdm.lock');
    expect(scopesOf(grouped)).toMatchObject({ idna: 'required', requests: 'optional', py: 'development' });
  });

  it('reads Poetry of both versions', () => {
    expect(edgesOf(truth('syft/poetry/case-sensitivity/poetry.lock', 'poetry.lock'))).toEqual([
      'dj-rest-auth@7.0.1 → django@5.2.6',
      'dj-rest-auth@7.0.1 → djangorestframework@3.16.1',
      'djangorestframework@3.16.1 → django@5.2.6',
    ]);
    const old = truth('syft/poetry/dev-deps/poetry.lock', 'poetry.lock');
    expect(old.map(({ scope, hashes }) => [scope, hashes?.length])).toEqual(
      Array.from({ length: 4 }, () => ['development', 1]),
    );
  });

  it('reads pylock.toml', () => {
    const packages = truth('trivy/pylock/pylock.toml', 'pylock.toml');
    expect(namesOf(packages)).toEqual([
      ...['attrs@25.4.0', 'certifi@2025.10.5', 'charset-normalizer@3.4.3', 'ham@3.0.0', 'idna@3.10'],
      ...['requests@2.32.5', 'spam@1.0.0', 'spam@1.1.0', 'urllib3@2.5.0'],
    ]);
    expect(edgesOf(packages)).toEqual(['ham@3.0.0 → spam@1.0.0', 'ham@3.0.0 → spam@1.1.0']);
    expect(read({ 'pylock.toml': '[' }).reports).toEqual(['pylock.toml: It is not TOML.']);
  });
});
