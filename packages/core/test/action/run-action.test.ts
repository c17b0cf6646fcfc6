import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMON_INPUTS, COMMON_OUTPUTS } from '../../src/action/common-inputs.ts';
import type { Main } from '../../src/action/context.ts';
import { runAction } from '../../src/action/run-action.ts';
import type { Runner } from '../../src/action/runner.ts';
import { defineAction } from '../../src/action/spec.ts';
import { SuiteError } from '../../src/errors.ts';
import { createManualClock } from './manual-clock.ts';
import { recordRunner } from './recording-runner.ts';

const action = defineAction({
  name: 'demo',
  title: 'Demonstrate',
  description: 'Does what it is told.',
  branding: { icon: 'box', color: 'blue' },
  inputs: { ...COMMON_INPUTS, source: { kind: 'string', description: 'Where from.', required: true } },
  outputs: {
    promoted: { kind: 'boolean', description: 'Whether.', onFailure: false },
    digest: { kind: 'string', description: 'Digest.' },
    ...COMMON_OUTPUTS,
  },
});

const directory = mkdtempSync(join(tmpdir(), 'run-action-test-'));
let files = 0;

async function run(
  main: Main<typeof action>,
  env: Readonly<Record<string, string>> = {},
  overrides: Partial<Runner> = {},
) {
  files += 1;
  const summaryFile = join(directory, `summary-${files}.md`);
  writeFileSync(summaryFile, '');
  const runner = recordRunner(overrides);
  const host = new EventEmitter();
  const exitCode = await runAction(action, main, {
    env: { INPUT_SOURCE: 'a', GITHUB_WORKSPACE: '/work', GITHUB_STEP_SUMMARY: summaryFile, ...env },
    clock: createManualClock(),
    runner,
    host,
    isTerminal: false,
  });
  return {
    exitCode,
    runner,
    summary: readFileSync(summaryFile, 'utf8'),
    json: JSON.parse(runner.outputs.get('json') ?? '{}'),
  };
}

describe('an action that succeeds', () => {
  it('gets its inputs, writes outputs and summary, and exits with 0', async () => {
    const { exitCode, runner, summary, json } = await run(async (inputs, context) => {
      context.setOutputs({ promoted: false });
      context.addToJson({ copied: 1 });
      context.addToJson({ mounted: 2 });
      context.summary.heading('Done');
      context.log.info(`from ${inputs.source}`);
      return { promoted: true, digest: 'sha256:a' };
    });
    expect(exitCode).toBe(0);
    expect(json).toEqual({ copied: 1, digest: 'sha256:a', mounted: 2, promoted: true });
    expect(runner.outputs.get('promoted')).toBe('true');
    expect(runner.outputs.has('error-code')).toBe(false);
    expect(summary).toBe('### Done\n');
    expect(runner.lines).toEqual(['from a']);
    expect(runner.annotations).toEqual([]);
  });

  it.each([
    ['it is not wanted', { INPUT_SUMMARY: 'false' }],
    ['it is not wanted, in capitals', { INPUT_SUMMARY: 'False' }],
    ['there is no file for it', { GITHUB_STEP_SUMMARY: '' }],
  ])('writes no summary where %s', async (_, env) => {
    const { exitCode, summary } = await run(async (_inputs, { summary }) => {
      summary.heading('Done');
      return {};
    }, env);
    expect(exitCode).toBe(0);
    expect(summary).toBe('');
  });

  it('is not failed by a summary that cannot be written', async () => {
    const { exitCode, runner } = await run(
      async (_inputs, { summary }) => {
        summary.heading('Done');
        return {};
      },
      { GITHUB_STEP_SUMMARY: directory },
    );
    expect(exitCode).toBe(0);
    expect(runner.lines).toEqual([expect.stringContaining('EISDIR')]);
  });
});

describe('an action that fails', () => {
  it('tells code, fact and remedy in outputs, annotation and summary, and exits with 1', async () => {
    const { exitCode, runner, summary, json } = await run(async (_inputs, context) => {
      context.setOutputs({ digest: 'sha256:a' });
      context.summary.paragraph('Copied so far: 3.');
      throw new SuiteError('TAG_EXISTS', 'a:1 points to <b>.', {
        remedy: 'Publish a new version.',
        position: { file: join('/work', 'ci', 'policy.yml'), line: 3, column: 5 },
        cause: new Error('409', { cause: 'conflict' }),
      });
    });
    expect(exitCode).toBe(1);
    expect(Object.fromEntries(runner.outputs)).toMatchObject({
      promoted: 'false',
      digest: 'sha256:a',
      'error-code': 'TAG_EXISTS',
    });
    expect(json).toEqual({
      promoted: false,
      digest: 'sha256:a',
      error: { code: 'TAG_EXISTS', message: 'a:1 points to <b>.', remedy: 'Publish a new version.' },
    });
    expect(runner.annotations).toEqual([
      {
        kind: 'error',
        text: 'a:1 points to <b>.\nPublish a new version.',
        title: 'demo: TAG_EXISTS',
        position: { file: 'ci/policy.yml', line: 3, column: 5 },
      },
    ]);
    expect(runner.lines).toEqual(['  caused by Error: 409', '  caused by conflict']);
    expect(summary).toBe(
      [
        '### ❌ Demonstrate: TAG_EXISTS',
        'a:1 points to &lt;b&gt;.',
        'at <code>/work/ci/policy.yml:3:5</code>',
        '<strong>What to do:</strong> Publish a new version.',
        'Copied so far: 3.\n',
      ].join('\n\n'),
    );
  });

  it('keeps a remedy of several lines as code, so that it can be copied', async () => {
    const { summary } = await run(async () => {
      throw new SuiteError('PERMISSION_MISSING', 'No.', { remedy: 'Add:\npermissions:\n  packages: write' });
    });
    expect(summary).toContain('```\nAdd:\npermissions:\n  packages: write\n```');
  });

  it('tells of wrong inputs before main runs', async () => {
    let ran = false;
    const { exitCode, runner, summary } = await run(
      async () => {
        ran = true;
        return {};
      },
      { INPUT_SOURCE: '', INPUT_SUMMARY: 'maybe' },
    );
    expect([exitCode, ran]).toEqual([1, false]);
    expect(runner.outputs.get('error-code')).toBe('INPUT_INVALID');
    expect(runner.outputs.get('promoted')).toBe('false');
    expect(runner.annotations[0]?.text).toContain('2 inputs are wrong.');
    expect(summary).toContain('INPUT_INVALID');
  });

  it('calls any other error a defect, asks to report it, and keeps its stack for debugging', async () => {
    const { runner } = await run(
      async () => {
        throw new TypeError('x is not a function');
      },
      { GITHUB_SERVER_URL: 'https://github.example', GITHUB_ACTION_REPOSITORY: 'acme/suite' },
    );
    expect(runner.outputs.get('error-code')).toBe('INTERNAL');
    const [annotation] = runner.annotations;
    expect(annotation?.text).toContain('TypeError: x is not a function');
    expect(annotation?.text).toContain('https://github.example/acme/suite/issues');
    expect(runner.debugged.join('\n')).toContain('run-action.test.ts');
  });

  it('survives errors that are none, and causes in a ring', async () => {
    const first = await run(async () => {
      throw undefined;
    });
    expect(first.runner.outputs.get('error-code')).toBe('INTERNAL');
    const ring = new Error('ring');
    ring.cause = ring;
    const second = await run(async () => {
      throw ring;
    });
    expect(second.exitCode).toBe(1);
  });

  it('does not show a secret that an error quotes', async () => {
    const { runner } = await run(
      async () => {
        throw new Error('401 for ghs_0123456789', { cause: new Error('ghs_0123456789') });
      },
      { 'INPUT_GITHUB-TOKEN': 'ghs_0123456789' },
    );
    expect(JSON.stringify([runner.annotations, runner.lines, runner.debugged])).not.toContain(
      'ghs_0123456789',
    );
  });

  it('fails where its outputs cannot be written', async () => {
    const { exitCode, runner } = await run(
      async () => ({ promoted: true }),
      {},
      {
        setOutput: () => {
          throw new Error('Missing file at path: /gone');
        },
      },
    );
    expect(exitCode).toBe(1);
    expect(runner.annotations[0]?.text).toContain('The outputs cannot be written.');
  });

  it('says when it was cancelled', async () => {
    const runner = recordRunner();
    const host = new EventEmitter();
    const exitCode = await runAction(
      action,
      (_inputs, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          host.emit('SIGTERM');
        }),
      { env: { INPUT_SOURCE: 'a' }, clock: createManualClock(), runner, host },
    );
    expect(exitCode).toBe(1);
    expect(runner.outputs.get('error-code')).toBe('CANCELLED');
    expect(runner.annotations[0]?.text).toContain('cancelled by SIGTERM');
  });
});

describe('a terminal', () => {
  it.each([
    ['one where that program shows it on a terminal', { ARTIFACT_LIFECYCLE_TERMINAL: 'true' }, true],
    ["none on GitHub's runner", { ARTIFACT_LIFECYCLE_TERMINAL: 'true', GITHUB_ACTIONS: 'true' }, false],
  ])('is %s', async (_, env, expected) => {
    let seen: boolean | undefined;
    const code = await runAction(
      action,
      async (_inputs, { isTerminal }) => {
        seen = isTerminal;
        return {};
      },
      {
        env: { INPUT_SOURCE: 'a', ...env },
        clock: createManualClock(),
        runner: recordRunner(),
        host: new EventEmitter(),
      },
    );
    expect([code, seen]).toEqual([0, expected]);
  });
});

describe('an OIDC token', () => {
  const granted = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
  };
  const ask: Main<typeof action> = async (_inputs, context) => ({
    digest: await context.requestIdToken('sigstore'),
  });

  it('is masked before main sees it', async () => {
    const { runner } = await run(ask, granted);
    expect(runner.outputs.get('digest')).toBe('header.payload.signature');
    expect(runner.masks).toContain('header.payload.signature');
  });

  it('is a missing permission where the workflow does not grant it, with the lines to add', async () => {
    const { runner } = await run(ask);
    expect(runner.outputs.get('error-code')).toBe('PERMISSION_MISSING');
    expect(runner.annotations[0]?.text).toContain('permissions:\n  contents: read\n  id-token: write');
  });

  it('is unreachable where GitHub gives none', async () => {
    const { runner } = await run(ask, granted, {
      requestIdToken: async () => {
        throw new Error('Error message: Failed to get ID Token.');
      },
    });
    expect(runner.outputs.get('error-code')).toBe('UNREACHABLE');
  });
});
