import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { describeWithTools } from './support/tools.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKFLOWS = join(ROOT, '.github', 'workflows');
const run = promisify(execFile);

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: unknown;
  readonly steps?: readonly WorkflowStep[];
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly strategy?: unknown;
  readonly concurrency?: unknown;
  readonly uses?: string;
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface WorkflowFile {
  readonly name: string;
  readonly text: string;
  readonly content: Workflow;
}

function readWorkflow(name: string, text: string): WorkflowFile {
  return { name, text, content: parse(text) };
}

const files = readdirSync(WORKFLOWS)
  .filter((name) => /\.ya?ml$/.test(name))
  .toSorted()
  .map((name) => readWorkflow(name, readFileSync(join(WORKFLOWS, name), 'utf8')));

const USES = /^\s*(?:-\s+)?uses:\s*(?<action>[^@\s]+)@(?<ref>\S+)(?:\s+#\s*(?<version>\S+))?\s*$/gm;

interface Use {
  readonly action: string;
  readonly ref: string;
  readonly version: string | undefined;
}

/** The actions a workflow names, as text: a comment is no part of the parsed YAML. */
function findUses(text: string): readonly Use[] {
  return [...text.matchAll(USES)].map(({ groups = {} }) => ({
    action: groups['action'] ?? '',
    ref: groups['ref'] ?? '',
    version: groups['version'],
  }));
}

/** Every rule of this repository's workflows that a text breaks, each in a sentence; none when all is well. */
function findProblems({ text, content }: WorkflowFile): readonly string[] {
  const problems: string[] = [];
  if (JSON.stringify(content.permissions) !== '{}') {
    problems.push('the top level grants something: write `permissions: {}` and let each job name its own');
  }
  const named = findUses(text);
  for (const { action, ref, version } of named) {
    if (!/^[0-9a-f]{40}$/.test(ref)) problems.push(`${action}@${ref} is not pinned by a full commit SHA`);
    if (!/^v\d+\.\d+\.\d+$/.test(version ?? '')) problems.push(`${action} lacks a comment with its version`);
  }
  const steps = Object.values(content.jobs).flatMap((job) => [job, ...(job.steps ?? [])]);
  const foreign = steps.filter(({ uses }) => uses !== undefined && !uses.startsWith('./'));
  if (foreign.length !== named.length) {
    problems.push(
      `${foreign.length} steps use an action of others, but ${named.length} are written as a line`,
    );
  }
  for (const [name, job] of Object.entries(content.jobs)) {
    if (job.permissions === undefined) problems.push(`job ${name} does not name its permissions`);
    if (job['timeout-minutes'] === undefined) problems.push(`job ${name} has no timeout`);
    for (const step of job.steps ?? []) {
      if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
        problems.push(`job ${name} leaves the checkout's credentials to all later steps`);
      }
      if (step.run?.includes('${{')) problems.push(`job ${name} puts an expression into a script`);
    }
  }
  return problems;
}

const SHA = '0123456789abcdef0123456789abcdef01234567';

/** A workflow that keeps all rules, to break one at a time. */
const GOOD = `
permissions: {}
jobs:
  build:
    timeout-minutes: 5
    permissions: {}
    steps:
      - uses: actions/checkout@${SHA} # v7.0.1
        with:
          persist-credentials: false
      - run: npm test
`;

describe('the rules of workflows', () => {
  it('find nothing in a workflow that keeps them', () => {
    expect(findProblems(readWorkflow('good.yml', GOOD))).toEqual([]);
  });

  it.each([
    ['permissions at the top', 'permissions: {}\njobs', 'permissions: read-all\njobs', /top level/],
    ['no permissions at the top', 'permissions: {}\njobs', 'jobs', /top level/],
    ['no permissions at a job', '    permissions: {}\n', '', /does not name its permissions/],
    ['no timeout', '    timeout-minutes: 5\n', '', /no timeout/],
    ['a tag in place of a SHA', SHA, 'v7', /not pinned/],
    ['a short SHA', SHA, SHA.slice(0, 12), /not pinned/],
    ['no version', ' # v7.0.1', '', /version/],
    ['a major version only', '# v7.0.1', '# v7', /version/],
    ['kept credentials', 'persist-credentials: false', 'fetch-depth: 0', /credentials/],
    ['an expression in a script', 'npm test', 'echo $' + '{{ github.head_ref }}', /expression/],
    ['a use hidden in flow style', '- run: npm test', `- { uses: a/b@v1 }`, /written as a line/],
  ])('find %s', (_name, good, bad, problem) => {
    const text = GOOD.replace(good, bad);
    expect(text).not.toBe(GOOD);
    expect(findProblems(readWorkflow('bad.yml', text))).toEqual([expect.stringMatching(problem)]);
  });
});

describe('the workflows of this repository', () => {
  it('are those the repository lives by, and those for others', () => {
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'attested-build.yml',
        'check-dist.yml',
        'ci.yml',
        'cleanup.yml',
        'codeql.yml',
        'promote.yml',
        'release.yml',
        'scorecard.yml',
      ]),
    );
  });

  it.each(files.map((file) => [file.name, file] as const))('%s keeps the rules', (_name, file) => {
    expect(findProblems(file)).toEqual([]);
  });

  it('pin an action to the same commit everywhere', () => {
    const pins = new Map<string, Set<string>>();
    for (const { action, ref, version } of files.flatMap(({ text }) => findUses(text))) {
      const repository = action.split('/').slice(0, 2).join('/');
      pins.set(repository, (pins.get(repository) ?? new Set()).add(`${ref} ${version}`));
    }
    expect([...pins].filter(([, refs]) => refs.size > 1)).toEqual([]);
  });

  it('give what a caller wrote no credential, and let only the job sign that runs nothing of a caller', () => {
    const { build, attest } = files.find(({ name }) => name === 'attested-build.yml')?.content.jobs ?? {};
    expect(build?.permissions).toEqual({ contents: 'read' });
    const uses = (attest?.steps ?? []).flatMap((step) => step.uses ?? []);
    const own = uses.filter((action) => !action.startsWith('actions/'));
    expect(own.length).toBeGreaterThan(3);
    expect(own.filter((action) => !action.startsWith('./.attested-build/actions/'))).toEqual([]);
    const checkouts = (attest?.steps ?? []).filter(({ uses: action }) =>
      action?.startsWith('actions/checkout@'),
    );
    expect(checkouts.map((step) => [step.with?.['repository'], step.with?.['ref']])).toEqual([
      ['$' + '{{ steps.self.outputs.repository }}', '$' + '{{ steps.self.outputs.commit }}'],
    ]);
    // Scripts of the job that signs see nothing of the inputs.
    const scripts = (attest?.steps ?? []).filter(({ run: script }) => script !== undefined);
    expect(scripts.map((step) => Object.keys(step))).toEqual([['name', 'id', 'shell', 'run']]);
  });

  it('delete by a plan that was approved, in the one job that may, which waits for its environment', () => {
    const { plan, apply } = files.find(({ name }) => name === 'cleanup.yml')?.content.jobs ?? {};
    expect([plan?.permissions, apply?.permissions]).toEqual([
      expect.objectContaining({ packages: 'read' }),
      expect.objectContaining({ packages: 'write' }),
    ]);
    expect([plan?.environment, apply?.environment]).toEqual([undefined, '$' + '{{ inputs.environment }}']);
    expect(apply?.needs).toBe('plan');
    const cleanups = [plan, apply].map(
      (job) => job?.steps?.find(({ uses }) => uses?.startsWith('./.artifact-lifecycle-cleanup/'))?.with ?? {},
    );
    expect(cleanups.map((inputs) => inputs['mode'])).toEqual(['plan', 'apply']);
    // Whatever decides what goes is the same in both, or the plan would be another one's.
    const deciding = cleanups.map(({ mode, targets, 'audit-file': audit, ...rest }) => rest);
    expect(Object.keys(deciding[0] ?? {}).length).toBeGreaterThan(8);
    expect(deciding[1]).toEqual(deciding[0]);
    const download = apply?.steps?.find(({ uses }) => uses?.startsWith('actions/download-artifact@'));
    expect(download?.with?.['artifact-ids']).toBe('$' + '{{ needs.plan.outputs.plan }}');
    expect(cleanups[1]?.['targets']).toBe('$' + '{{ steps.approved.outputs.targets }}');
  });

  it('promote by a plan that was approved, in the one job that may write, which waits for its environment', () => {
    const { plan, promote } = files.find(({ name }) => name === 'promote.yml')?.content.jobs ?? {};
    const writing = [plan, promote].map(({ permissions } = {}) =>
      Object.entries(permissions ?? {}).flatMap(([name, level]) => (level === 'write' ? [name] : [])),
    );
    expect(writing).toEqual([['id-token'], ['artifact-metadata', 'deployments', 'id-token', 'packages']]);
    expect([plan?.environment, promote?.environment]).toEqual([undefined, '$' + '{{ matrix.environment }}']);
    expect([promote?.needs, promote?.strategy]).toEqual([
      'plan',
      { 'fail-fast': false, matrix: '$' + '{{ fromJSON(needs.plan.outputs.matrix) }}' },
    ]);
    const [planning, promoting] = [plan, promote].map(
      (job) => job?.steps?.find(({ uses }) => uses?.startsWith('./.artifact-lifecycle-promote/'))?.with ?? {},
    );
    expect([planning?.['mode'], promoting?.['mode']]).toEqual(['plan', 'promote']);
    // What the gates judge by is the same in both; what is promoted, says the plan alone.
    const own = ['mode', 'to', 'from', 'version', 'source', 'destination', 'record', 'key', 'key-password'];
    const [judging, again] = [planning, promoting].map((inputs) =>
      Object.fromEntries(Object.entries(inputs ?? {}).filter(([name]) => !own.includes(name))),
    );
    expect(Object.keys(judging ?? {}).length).toBeGreaterThan(8);
    expect(again).toEqual(judging);
    expect(Object.keys(promoting ?? {}).filter((name) => own.includes(name))).toEqual([
      'mode',
      'to',
      'destination',
      'record',
      'key',
      'key-password',
    ]);
    const download = promote?.steps?.find(({ with: inputs }) => inputs?.['artifact-ids'] !== undefined);
    expect(download?.with?.['artifact-ids']).toBe('$' + '{{ needs.plan.outputs.plan }}');
    expect(JSON.stringify(promote?.concurrency)).toContain('matrix.environment');
  });

  it('let "ci passed" wait for every other job of ci', () => {
    const jobs = files.find(({ name }) => name === 'ci.yml')?.content.jobs ?? {};
    const others = Object.keys(jobs).filter((name) => name !== 'passed');
    expect(others.length).toBeGreaterThan(0);
    expect([...(jobs['passed']?.needs ?? [])].toSorted()).toEqual(others.toSorted());
  });
});

describeWithTools('the linters of workflows', ['actionlint', 'zizmor'], (tools) => {
  it('actionlint has nothing to say', async () => {
    const paths = files.map(({ name }) => join(WORKFLOWS, name));
    await expect(run(tools.actionlint, paths, { cwd: ROOT })).resolves.toMatchObject({ stdout: '' });
  }, 60_000);

  it('zizmor has nothing to say, as strict as it can be', async () => {
    const options = ['--persona=pedantic', '--offline', '--no-progress', '--format=json-v1'];
    const { stdout } = await run(tools.zizmor, [...options, join(ROOT, '.github')], { cwd: ROOT });
    expect(JSON.parse(stdout)).toEqual([]);
  }, 60_000);
});
