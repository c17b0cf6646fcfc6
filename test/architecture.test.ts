import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Packages that do not know GitHub Actions exist, so that each could be published alone. */
const DOMAIN_PACKAGES = [
  'naming',
  'registry',
  'sbom',
  'versions',
  'vulnerabilities',
  'trust',
  'gates',
  'retention',
];

/** The longest file that a reader takes in at once. */
const MAX_LINES = 250;

/** Where the environment of the process is read; everything else gets it handed in. Folders end with a slash. */
const READS_ENVIRONMENT = [
  'packages/core/src/action/run-action.ts',
  'packages/core/src/http/client.ts',
  'packages/core/src/http/trust.ts',
  // The project's own commands, which start from a terminal.
  'packages/tooling/src/',
];

/** What design.md lets lie at the top level. */
const TOP_LEVEL = new Set([
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'actions',
    'packages',
    'dist',
  ],
  ...['.github', 'test', '.ci', 'README.md', 'LICENSE', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md'],
  ...['CHANGELOG.md', 'biome.json', 'jest.config.js', '.editorconfig', '.gitattributes', '.gitignore'],
  ...['.node-version', '.npmrc'],
]);

/** Sources by their path from the root. */
type Sources = ReadonlyMap<string, string>;

interface Import {
  /** The file that imports. */
  readonly from: string;
  /** What it names: a package, or the path of a file of ours. */
  readonly to: string;
}

const sources: Sources = new Map(
  globSync('{actions,packages}/*/src/**/*.ts', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);

/** Comments begin their line in this house; what stands in strings is left alone. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}

function findImports(files: Sources): readonly Import[] {
  return [...files].flatMap(([from, text]) => {
    const code = withoutComments(text);
    const names = [
      ...code.matchAll(/^(?:import|export)\b[^'";]*\bfrom\s+'([^']+)'/gm),
      ...code.matchAll(/^import\s+'([^']+)'/gm),
      ...code.matchAll(/\bimport\(\s*(?:\/\*.*?\*\/\s*)?'([^']+)'/g),
    ].map(([, name = '']) => name);
    return names.map((name) => ({
      from,
      to: name.startsWith('.') ? posix.join(posix.dirname(from), name) : name,
    }));
  });
}

/** Workspaces by the name in their package.json: a package and an action may be named after the same thing. */
const workspaces: ReadonlyMap<string, string> = new Map(
  globSync('{actions,packages}/*/package.json', { cwd: ROOT }).map((path) => {
    const { name }: { name: string } = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
    return [name, posix.dirname(path.replaceAll('\\', '/'))];
  }),
);

/** The workspace a file or an import belongs to: `packages/core`; `undefined` for what is not ours. */
function workspaceOf(path: string): string | undefined {
  const name = /^@artifact-lifecycle\/[\w-]+/.exec(path)?.[0];
  if (name === undefined) return /^(?:actions|packages)\/[^/]+/.exec(path)?.[0];
  return workspaces.get(name);
}

function findArrowProblems(files: Sources): readonly string[] {
  return findImports(files).flatMap(({ from, to }) => {
    const [own, other] = [workspaceOf(from), workspaceOf(to)];
    const problem = (rule: string): readonly string[] => [`${from} imports ${to}: ${rule}`];
    const isDomain = DOMAIN_PACKAGES.some((name) => own === `packages/${name}`);
    if (isDomain && (to.startsWith('@actions/') || to.startsWith('@artifact-lifecycle/core/action'))) {
      return problem('domain packages do not know GitHub Actions');
    }
    if (
      own === 'packages/core' &&
      to.startsWith('@actions/') &&
      !from.startsWith('packages/core/src/action/')
    ) {
      return problem('the toolkit stays in packages/core/src/action');
    }
    if (
      own === 'packages/core' &&
      !from.startsWith('packages/core/src/action/') &&
      to.startsWith('packages/core/src/action/')
    ) {
      return problem('core stands below running an action');
    }
    // @actions/core uses it, and core/action uses that: anything more would make a ring.
    if (own === 'packages/toolkit-http' && other !== own && to !== '@artifact-lifecycle/core/http') {
      return problem('below the toolkit there is core/http alone');
    }
    if (other === undefined || other === own) return [];
    if (!to.startsWith('@')) return problem('another workspace is imported by its name');
    if (own === 'packages/core') return problem('core stands on nothing of ours');
    if (own !== 'packages/tooling' && other.startsWith('actions/'))
      return problem('only tooling imports actions');
    if (other === 'packages/tooling') return problem('nothing imports tooling');
    if (other === 'packages/testing' && own !== 'packages/tooling')
      return problem('nothing shipped imports testing');
    if (isDomain && other === 'packages/github') return problem('domain packages do not know GitHub');
    return [];
  });
}

/** A chain of imports from each file that leads back to it, each ring once. */
function findCycles(imports: readonly Import[]): readonly string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (node: string, chain: readonly string[]): void => {
    if (chain.includes(node)) {
      cycles.push([...chain.slice(chain.indexOf(node)), node].join(' → '));
      return;
    }
    if (done.has(node)) return;
    for (const target of targets.get(node) ?? []) visit(target, [...chain, node]);
    done.add(node);
  };
  for (const node of targets.keys()) visit(node, []);
  return cycles;
}

function findLongFiles(files: Sources): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > MAX_LINES ? [`${path} has ${lines} lines`] : [];
  });
}

function findNamelessFiles(files: Sources): readonly string[] {
  return [...files.keys()].filter((path) =>
    /^(?:utils?|helpers?|common|misc|shared)\.ts$/.test(posix.basename(path)),
  );
}

function findEnvironmentReaders(files: Sources): readonly string[] {
  return [...files].flatMap(([path, text]) => {
    const isAllowed = READS_ENVIRONMENT.some((place) =>
      place.endsWith('/') ? path.startsWith(place) : path === place,
    );
    return !isAllowed && withoutComments(text).includes('process.env') ? [path] : [];
  });
}

/** What git would keep; without git, what lies there. */
function listTopLevel(): readonly string[] {
  const names = ((): readonly string[] => {
    try {
      const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
      const listed = execFileSync('git', options, {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return listed.split('\0').filter((path) => path !== '');
    } catch {
      return readdirSync(ROOT).filter((name) => !['.git', 'node_modules', 'coverage'].includes(name));
    }
  })();
  return [...new Set(names.map((path) => path.split('/')[0] ?? path))].sort();
}

describe('the rules of the house', () => {
  const one = (path: string, text: string): Sources => new Map([[path, text]]);

  it.each([
    ['packages/registry/src/a.ts', "import * as core from '@actions/core';", 'do not know GitHub Actions'],
    [
      'packages/gates/src/a.ts',
      "import type { Log } from '@artifact-lifecycle/core/action';",
      'do not know GitHub Actions',
    ],
    [
      'packages/gates/src/a.ts',
      "const { x } = await import('@artifact-lifecycle/core/action');",
      'do not know GitHub Actions',
    ],
    ['packages/trust/src/a.ts', "import { ask } from '@artifact-lifecycle/github';", 'do not know GitHub'],
    ['packages/core/src/http/a.ts', "import '@actions/core';", 'the toolkit stays'],
    ['packages/core/src/http/a.ts', "import { log } from '../action/log.ts';", 'core stands below'],
    [
      'packages/toolkit-http/src/a.ts',
      "import { runAction } from '@artifact-lifecycle/core/action';",
      'core/http alone',
    ],
    ['packages/toolkit-http/src/a.ts', "import * as core from '@actions/core';", 'core/http alone'],
    [
      'packages/core/src/a.ts',
      "import { parseTag } from '@artifact-lifecycle/registry';",
      'core stands on nothing',
    ],
    [
      'packages/github/src/a.ts',
      "export {\n  promote,\n} from '@artifact-lifecycle/promote/inputs';",
      'only tooling imports actions',
    ],
    [
      'packages/testing/src/a.ts',
      "import { promote } from '@artifact-lifecycle/promote/inputs';",
      'only tooling imports actions',
    ],
    [
      'actions/promote/src/a.ts',
      "import { serve } from '@artifact-lifecycle/testing';",
      'nothing shipped imports testing',
    ],
    ['packages/registry/src/a.ts', "import { x } from '../../core/src/errors.ts';", 'imported by its name'],
  ])('see that %s may not say: %s', (path, text, rule) => {
    expect(findArrowProblems(one(path, text))).toEqual([expect.stringContaining(rule)]);
  });

  it.each([
    ['packages/core/src/action/runner.ts', "import * as core from '@actions/core';"],
    [
      'packages/registry/src/a.ts',
      "import { SuiteError } from '@artifact-lifecycle/core';\nimport './b.ts';",
    ],
    ['packages/tooling/src/a.ts', "import { promote } from '@artifact-lifecycle/promote/inputs';"],
    ['packages/registry/src/a.ts', "// import '@actions/core';\n/** import('@actions/core') */"],
  ])('let %s say: %s', (path, text) => {
    expect(findArrowProblems(one(path, text))).toEqual([]);
  });

  it('see a ring of imports, and no ring where there is none', () => {
    const file = (name: string, ...targets: readonly string[]) =>
      [
        `packages/core/src/${name}.ts`,
        targets.map((target) => `import './${target}.ts';`).join('\n'),
      ] as const;
    const ring = new Map([file('a', 'b'), file('b', 'c', 'd'), file('c', 'a'), file('d')]);
    expect(findCycles(findImports(ring))).toEqual([
      'packages/core/src/a.ts → packages/core/src/b.ts → packages/core/src/c.ts → packages/core/src/a.ts',
    ]);
    const diamond = new Map([file('a', 'b', 'c'), file('b', 'd'), file('c', 'd'), file('d')]);
    expect(findCycles(findImports(diamond))).toEqual([]);
  });

  it('see long files, nameless files and readers of the environment', () => {
    expect(findLongFiles(one('a.ts', 'x\n'.repeat(MAX_LINES)))).toEqual([]);
    expect(findLongFiles(one('a.ts', 'x\n'.repeat(MAX_LINES + 1)))).toEqual(['a.ts has 251 lines']);
    expect(findNamelessFiles(one('packages/core/src/utils.ts', ''))).toHaveLength(1);
    expect(findEnvironmentReaders(one('packages/core/src/a.ts', "const x = process.env['X'];"))).toHaveLength(
      1,
    );
    expect(findEnvironmentReaders(one('packages/core/src/a.ts', '// process.env\n'))).toEqual([]);
  });
});

describe('the house', () => {
  it('has its sources where the rules look for them', () => {
    expect(sources.size).toBeGreaterThan(50);
    expect(findImports(sources).length).toBeGreaterThan(sources.size);
  });

  it('has arrows that point one way: actions → domain packages → core', () => {
    expect(findArrowProblems(sources)).toEqual([]);
  });

  it('has no ring of imports between files', () => {
    expect(findCycles(findImports(sources))).toEqual([]);
  });

  it('has no ring of imports between workspaces', () => {
    const between = findImports(sources).flatMap(({ from, to }) => {
      const [own, other] = [workspaceOf(from), workspaceOf(to)];
      return own === undefined || other === undefined || own === other ? [] : [{ from: own, to: other }];
    });
    expect(findCycles(between)).toEqual([]);
  });

  it(`has no file longer than ${MAX_LINES} lines`, () => {
    expect(findLongFiles(sources)).toEqual([]);
  });

  it('has no file without a noun of its own for a name', () => {
    expect(findNamelessFiles(sources)).toEqual([]);
  });

  it('reads the environment of the process in few places', () => {
    expect(findEnvironmentReaders(sources)).toEqual([]);
  });

  it('has at its top level what design.md lists', () => {
    expect(listTopLevel().filter((name) => !TOP_LEVEL.has(name))).toEqual([]);
  });
});
