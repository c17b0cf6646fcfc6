import { describe, expect, it } from '@jest/globals';
import { judgeChecks, type ReportedCheck } from '../../src/index.ts';

const COMMIT = 'a1b2c3d4'.repeat(5);

const run = (name: string, state = 'success', app: string | undefined = 'github-actions'): ReportedCheck => ({
  ...{ kind: 'check-run', name, state, app },
  creator: undefined,
  url: undefined,
});
const status = (name: string, state = 'success'): ReportedCheck => ({
  ...{ kind: 'status', name, state, app: undefined, creator: 'jane' },
  url: 'https://ci.example.com/1',
});

interface Case {
  readonly name: string;
  readonly require?: readonly string[];
  readonly app?: string;
  readonly checks: readonly ReportedCheck[];
  readonly verdict: 'pass' | 'fail';
  readonly reason: string;
}

describe('the gate checks', () => {
  it.each<Case>([
    {
      name: 'a check run',
      checks: [run('test')],
      verdict: 'pass',
      reason: '"test" of a1b2c3d is successful.',
    },
    {
      name: 'a status',
      checks: [status('test')],
      verdict: 'pass',
      reason: '"test" of a1b2c3d is successful.',
    },
    {
      name: 'a check run and a status',
      require: ['lint', 'test'],
      checks: [run('test'), status('lint'), run('deploy', 'failure')],
      verdict: 'pass',
      reason: '"lint", "test" of a1b2c3d are successful.',
    },
    {
      name: 'a check that failed',
      checks: [run('test', 'failure')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d failed by github-actions.',
    },
    {
      name: 'a status that is an error',
      checks: [status('test', 'error')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d failed.',
    },
    ...(
      [
        ['skipped', '"test" of a1b2c3d was skipped by github-actions, which proves nothing.'],
        ['neutral', '"test" of a1b2c3d is neutral by github-actions, which proves nothing.'],
        ['cancelled', '"test" of a1b2c3d is cancelled by github-actions, not success.'],
        ['in_progress', '"test" of a1b2c3d is in_progress by github-actions, not success.'],
      ] as const
    ).map(
      ([state, reason]): Case => ({
        ...{ name: `a check that is ${state}`, checks: [run('test', state)], verdict: 'fail', reason },
      }),
    ),
    {
      name: 'a pending status',
      checks: [status('test', 'pending')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d is pending, not success.',
    },
    {
      name: 'nothing at all',
      checks: [],
      verdict: 'fail',
      reason: '"test" of a1b2c3d was not reported.',
    },
    {
      name: 'another name, with the nearest',
      checks: [run('tests'), run('lint')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d was not reported; "tests" was.',
    },
    {
      name: 'another case: names are exact',
      checks: [run('Test')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d was not reported; "Test" was.',
    },
    {
      name: 'what fails and what is missing together',
      require: ['test', 'scan'],
      checks: [run('test', 'failure')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d failed by github-actions, "scan" of a1b2c3d was not reported.',
    },
    {
      name: 'two apps of which one failed',
      checks: [run('test', 'failure'), run('test', 'success', 'evil')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d failed by github-actions.',
    },
    {
      name: 'a success beside a failing status of the same name',
      checks: [run('test'), status('test', 'failure')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d failed.',
    },
    {
      name: 'the app that is asked for',
      app: 'github-actions',
      checks: [run('test'), run('test', 'failure', 'other'), status('test', 'failure')],
      verdict: 'pass',
      reason: '"test" of a1b2c3d is successful.',
    },
    {
      name: 'only another app',
      app: 'github-actions',
      checks: [run('test', 'success', 'evil')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d was not reported by github-actions, but by evil.',
    },
    {
      name: 'only a status where an app is asked for',
      app: 'github-actions',
      checks: [status('test')],
      verdict: 'fail',
      reason: '"test" of a1b2c3d was not reported by github-actions, but by a commit status.',
    },
    {
      name: 'a check run of no app where one is asked for',
      app: 'github-actions',
      checks: [{ ...run('test'), app: undefined }],
      verdict: 'fail',
      reason: '"test" of a1b2c3d was not reported by github-actions, but by a commit status.',
    },
  ])('$name', ({ require = ['test'], app, checks, verdict, reason }) => {
    const settings = { require, ...(app !== undefined && { app }) };
    expect(judgeChecks(settings, { commit: COMMIT, checks })).toMatchObject({ verdict, reason });
  });

  it('names what it looked at', () => {
    const checks = [run('test'), run('other'), status('lint', 'failure')];
    const { evidence } = judgeChecks({ require: ['lint', 'test', 'scan'] }, { commit: COMMIT, checks });
    expect(evidence).toEqual({
      commit: COMMIT,
      required: ['lint', 'test', 'scan'],
      checks: [
        { kind: 'status', name: 'lint', state: 'failure', creator: 'jane', url: 'https://ci.example.com/1' },
        { kind: 'check-run', name: 'test', state: 'success', app: 'github-actions' },
      ],
      missing: ['scan'],
      reported: 3,
    });
  });

  it('keeps the sentence one line, whatever an app calls its checks', () => {
    const name = `a\n::error::b${'x'.repeat(1000)}`;
    const { reason } = judgeChecks({ require: [name] }, { commit: COMMIT, checks: [run(name, 'failure')] });
    expect(reason).not.toContain('\n');
    expect(reason.length).toBeLessThan(500);
  });
});
