import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { loadPolicy } from '../packages/core/src/policy/index.ts';
import { describeWithTools } from './support/tools.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** How the suite is named in every snippet. */
const SLUG = 'artifact-lifecycle/artifact-lifecycle';

/** The ref every snippet shows; who copies it is told to pin a SHA. */
const SHOWN_REF = 'v1';

/** The ref of reusable workflows: verifiers take builders by their full tag only. */
const SHOWN_WORKFLOW_REF = 'v1.2.3';

interface Metadata {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean }>>;
}

interface ReusableWorkflow {
  readonly on: { readonly workflow_call: Metadata };
}

/** What the pages are compared with. */
interface Repository {
  exists(path: string): boolean;
  read(path: string): string;
  /** Names of the npm scripts. */
  readonly scripts: readonly string[];
}

const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);

const repository: Repository = {
  exists: (path) => existsSync(join(ROOT, path)),
  read: (path) => readFileSync(join(ROOT, path), 'utf8'),
  scripts: Object.keys(scripts),
};

const PAGES = globSync(['*.md', '.github/**/*.md', '{actions,packages}/*/*.md'], { cwd: ROOT })
  .map((path) => path.replaceAll('\\', '/'))
  .toSorted();

const FENCE = /^(?<indent> *)```(?<language>[\w-]*)\n(?<code>[\s\S]*?)^\k<indent>```$/gm;

interface Snippet {
  readonly language: string;
  readonly code: string;
}

function findSnippets(markdown: string): readonly Snippet[] {
  return [...markdown.matchAll(FENCE)].map(({ groups = {} }) => ({
    language: groups['language'] ?? '',
    code: (groups['code'] ?? '').replaceAll(new RegExp(`^${groups['indent'] ?? ''}`, 'gm'), ''),
  }));
}

function withoutSnippets(markdown: string): string {
  return markdown.replaceAll(FENCE, '');
}

/** The anchors GitHub gives a page's headings. */
function findAnchors(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutSnippets(markdown).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Every object in a YAML value that has `uses`. */
function findSteps(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(findSteps);
  return 'uses' in value ? [{ ...value }, ...inside] : inside;
}

function readMetadata(text: string): Metadata {
  return parse(text);
}

function readWorkflow(text: string): Metadata {
  const { on }: ReusableWorkflow = parse(text);
  return on.workflow_call;
}

function findStepProblems(step: Readonly<Record<string, unknown>>, { exists, read }: Repository): string[] {
  const [name = '', ref] = String(step['uses']).split('@');
  if (ref === undefined) return name.startsWith('./') ? [] : [`${name} has no ref`];
  if (!name.startsWith(`${SLUG}/`)) {
    return name.includes('artifact-lifecycle') ? [`${name} is not written ${SLUG}/…`] : [];
  }
  const path = name.slice(SLUG.length + 1);
  const isWorkflow = path.startsWith('.github/workflows/');
  const file = isWorkflow ? path : `${path}/action.yml`;
  if (!exists(file)) return [`${name} does not exist`];
  const shown = isWorkflow ? SHOWN_WORKFLOW_REF : SHOWN_REF;
  const { inputs = {} } = isWorkflow ? readWorkflow(read(file)) : readMetadata(read(file));
  const given = Object.keys(step['with'] ?? {});
  const missing = Object.keys(inputs).filter((input) => inputs[input]?.required === true);
  return [
    ...(ref === shown ? [] : [`${name} is shown at ${ref}, not ${shown}`]),
    ...given.filter((input) => !Object.hasOwn(inputs, input)).map((input) => `${name} has no input ${input}`),
    ...missing.filter((input) => !given.includes(input)).map((input) => `${name} lacks its input ${input}`),
  ];
}

function findSnippetProblems({ language, code }: Snippet, repo: Repository): readonly string[] {
  if (language === 'json') {
    JSON.parse(code);
    return [];
  }
  if (language !== 'yaml') return language === '' ? ['a snippet without a language'] : [];
  // A policy file says so in its first line, and is read as one.
  if (code.startsWith('# yaml-language-server:')) loadPolicy(code, 'the policy of the snippet');
  const documents = parseAllDocuments(code, { prettyErrors: true });
  return [...documents].flatMap((document) => {
    const errors = [...document.errors, ...document.warnings].map(({ message }) => `YAML: ${message}`);
    if (errors.length > 0) return errors;
    const value: unknown = document.toJS();
    const steps = findSteps(value).flatMap((step) => findStepProblems(step, repo));
    const isWorkflow = typeof value === 'object' && value !== null && 'jobs' in value;
    return isWorkflow && !('permissions' in value) ? [...steps, 'a workflow without permissions'] : steps;
  });
}

function findLinkProblems(page: string, markdown: string, { exists, read }: Repository): readonly string[] {
  const prose = withoutSnippets(markdown).replaceAll(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  );
  return targets.flatMap((target) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : relative('.', join(dirname(page), path)).replaceAll('\\', '/');
    if (!exists(file)) return [`link to ${target}, which does not exist`];
    if (anchor === undefined || anchor === '') return [];
    return findAnchors(read(file)).has(anchor) ? [] : [`link to ${target}, which has no such heading`];
  });
}

function findCommandProblems(markdown: string, repo: Repository): readonly string[] {
  const named = [...markdown.matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)/g)];
  const missing = named
    .map(([, script, short]) => script ?? short ?? '')
    .filter((s) => !repo.scripts.includes(s));
  return missing.map((script) => `npm script ${script} does not exist`);
}

/** Everything a page says that is not so, each in a sentence. */
function findProblems(page: string, markdown: string, repo: Repository): readonly string[] {
  return [
    ...findSnippets(markdown).flatMap((snippet) => findSnippetProblems(snippet, repo)),
    ...findLinkProblems(page, markdown, repo),
    ...findCommandProblems(markdown, repo),
  ];
}

describe('what a page says and is not so', () => {
  const files: Readonly<Record<string, string>> = {
    'a.md': '# One & two\n# One & two\n',
    'actions/promote/action.yml': 'inputs: { source: { required: true }, tags: {} }',
    '.github/workflows/build.yml': 'on: { workflow_call: { inputs: { source: { required: true } } } }',
  };
  const small: Repository = {
    exists: (path) => Object.hasOwn(files, path),
    read: (path) => files[path] ?? '',
    scripts: ['test', 'lint'],
  };
  const step = (name: string, inputs = 'source: a'): string =>
    `\`\`\`yaml\n- uses: ${name}\n  with: { ${inputs} }\n\`\`\`\n`;

  it.each([
    ['nothing', `[x](a.md#one--two-1) \`npm test\`\n${step(`${SLUG}/actions/promote@v1`)}`, []],
    ['a link to no file', '[x](b.md)', [/b\.md/]],
    ['a link to no heading', '[x](a.md#two)', [/no such heading/]],
    ['a reference to no file', '[x]\n\n[x]: b.md', [/b\.md/]],
    ['a missing command', '`npm run polish`', [/polish/]],
    ['broken YAML', '```yaml\na: [\n```\n', [/YAML/]],
    ['a duplicate key', '```yaml\na: 1\na: 2\n```\n', [/YAML/]],
    ['a workflow without permissions', '```yaml\njobs: {}\n```\n', [/permissions/]],
    ['an unknown input', step(`${SLUG}/actions/promote@v1`, 'source: a, from: b'), [/no input from/]],
    ['a missing input', step(`${SLUG}/actions/promote@v1`, 'tags: a'), [/lacks its input source/]],
    ['an unknown action', step(`${SLUG}/actions/polish@v1`), [/does not exist/]],
    ['another ref', step(`${SLUG}/actions/promote@v2`), [/not v1/]],
    ['another slug', step('somebody/artifact-lifecycle/actions/promote@v1'), [/not written/]],
    ['a workflow at another ref', step(`${SLUG}/.github/workflows/build.yml@v1`), [/not v1\.2\.3/]],
    [
      "a workflow's unknown input",
      step(`${SLUG}/.github/workflows/build.yml@v1.2.3`, 'source: a, from: b'),
      [/no input from/],
    ],
    [
      'a step in a list item',
      `- x\n\n  ${step(`${SLUG}/actions/polish@v1`).replaceAll('\n', '\n  ')}`,
      [/exist/],
    ],
  ])('is found: %s', (_name, markdown, problems) => {
    expect(findProblems('page.md', markdown, small)).toEqual(problems.map((p) => expect.stringMatching(p)));
  });
});

describe('the pages of this repository', () => {
  it('are there', () => {
    expect(PAGES).toEqual(
      expect.arrayContaining([
        'ARCHITECTURE.md',
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'README.md',
        'SECURITY.md',
      ]),
    );
  });

  it.each(PAGES)('%s says nothing that is not so', (page) => {
    expect(findProblems(page, repository.read(page), repository)).toEqual([]);
  });

  it('show in the README a workflow that promotes', () => {
    const workflows = findSnippets(repository.read('README.md')).filter(({ code }) => /^jobs:/m.test(code));
    const steps = workflows.flatMap(({ code }) => findSteps(parse(code)));
    expect(steps.map((step) => step['uses'])).toContain(`${SLUG}/actions/promote@${SHOWN_REF}`);
  });

  it('name in ARCHITECTURE.md only files and folders that are there', () => {
    const named = [
      ...repository
        .read('ARCHITECTURE.md')
        .matchAll(/`((?:packages|actions|test|dist|\.github|\.ci)\/[\w./-]*)`/g),
    ];
    const paths = named.map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !repository.exists(path))).toEqual([]);
  });

  it('name in the threat model only tests that are there', () => {
    const rows = [
      ...repository.read('.github/docs/threat-model.md').matchAll(/`([\w./-]+\.test\.ts)`: “([^”]+)”/g),
    ];
    expect(rows.length).toBeGreaterThan(10);
    const missing = rows.filter(
      ([, file = '', title = '']) => !repository.exists(file) || !repository.read(file).includes(title),
    );
    expect(missing.map(([row]) => row)).toEqual([]);
  });
});

describeWithTools('the workflows that pages show', ['actionlint'], ({ actionlint }) => {
  const shown = PAGES.flatMap((page) =>
    findSnippets(repository.read(page))
      .filter(({ language, code }) => language === 'yaml' && /^jobs:/m.test(code))
      .map(({ code }) => [page, code] as const),
  );

  it.each(shown)('pass actionlint: %s', (_page, code) => {
    const { status, stdout } = spawnSync(actionlint, ['-'], { input: code, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
