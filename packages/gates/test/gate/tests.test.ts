import { judgeTests, type TestReport } from '@artifact-lifecycle/gates';
import { type Evidence, TEST_RESULT_TYPE } from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { acceptedStatement, verification } from '../support/verification.ts';

function report(passed: number, failed = 0, skipped = 0): TestReport {
  const failures = Array.from({ length: failed }, (_, index) => `test ${index}`);
  return { file: 'r.xml', passed, failed, skipped, flaky: 0, failures };
}

function result(predicate: Readonly<Record<string, unknown>>, more: Partial<Evidence> = {}): Evidence {
  return acceptedStatement(TEST_RESULT_TYPE, predicate, more);
}

const PASSED = { result: 'PASSED', configuration: [{ name: 'unit' }], passedTests: ['a', 'b'] };

describe('judgeTests', () => {
  it.each([
    { name: 'passes with one that passes', settings: {}, reports: [report(1)], verdict: 'pass' },
    { name: 'fails with none', settings: {}, reports: [report(0)], verdict: 'fail' },
    {
      name: 'fails with none, whatever is asked for',
      settings: { minPassed: 0 },
      reports: [report(0), report(0)],
      verdict: 'fail',
    },
    { name: 'fails with one that fails', settings: {}, reports: [report(9), report(0, 1)], verdict: 'fail' },
    { name: 'fails with skipped ones only', settings: {}, reports: [report(0, 0, 5)], verdict: 'fail' },
    {
      name: 'passes with skipped ones only where none must pass',
      settings: { minPassed: 0 },
      reports: [report(0, 0, 5)],
      verdict: 'pass',
    },
    {
      name: 'passes at the bounds',
      settings: { minPassed: 3, maxFailed: 2 },
      reports: [report(3, 2)],
      verdict: 'pass',
    },
    {
      name: 'fails below the least',
      settings: { minPassed: 4 },
      reports: [report(2), report(1)],
      verdict: 'fail',
    },
    {
      name: 'fails above the most',
      settings: { maxFailed: 1 },
      reports: [report(9, 1), report(9, 1)],
      verdict: 'fail',
    },
    { name: 'cannot tell without a report', settings: {}, reports: [], verdict: 'error' },
  ])('$name', ({ settings, reports, verdict }) => {
    expect(judgeTests({ junit: ['*.xml'], ...settings }, { kind: 'junit', reports }).verdict).toBe(verdict);
  });

  it('says both counts, and names the first that failed', () => {
    const { reason, evidence } = judgeTests(
      { junit: ['*.xml'] },
      { kind: 'junit', reports: [report(3, 5, 1), report(1)] },
    );
    expect(reason).toBe(
      '4 tests passed, 5 failed, 1 skipped in 2 reports; at most 0 may fail: test 0, test 1, test 2 and 2 more.',
    );
    expect(evidence).toMatchObject({
      passed: 4,
      failed: 5,
      skipped: 1,
      minPassed: 1,
      maxFailed: 0,
      reportCount: 2,
    });
    expect(evidence['failedTests']).toEqual(['test 0', 'test 1', 'test 2', 'test 3', 'test 4']);
  });

  it.each([
    { name: 'passes with a result that names what passed', results: [result(PASSED)], verdict: 'pass' },
    {
      name: 'counts warned ones as passed',
      results: [result({ result: 'WARNED', warnedTests: ['a'] })],
      verdict: 'pass',
    },
    {
      name: 'fails with PASSED that names no test',
      results: [result({ result: 'PASSED' })],
      verdict: 'fail',
    },
    {
      name: 'fails with a test that failed',
      results: [result({ result: 'FAILED', passedTests: ['a'], failedTests: ['b'] })],
      verdict: 'fail',
    },
    {
      name: 'fails with FAILED that names none that failed',
      results: [result({ result: 'FAILED', passedTests: ['a'] })],
      verdict: 'fail',
    },
    {
      name: 'fails with PASSED that names one that failed',
      results: [result({ result: 'PASSED', passedTests: ['a'], failedTests: ['b'] })],
      verdict: 'fail',
    },
    {
      name: 'counts all results of different configurations',
      results: [result(PASSED), result({ result: 'FAILED', configuration: [{ name: 'e2e' }] })],
      verdict: 'fail',
    },
    {
      name: 'counts the newest result of a configuration',
      results: [
        result({ ...PASSED, result: 'FAILED', failedTests: ['b'] }, { signedAt: 1 }),
        result(PASSED, { signedAt: 2 }),
      ],
      verdict: 'pass',
    },
    {
      name: 'does not let an older result replace a newer one',
      results: [
        result({ ...PASSED, result: 'FAILED', failedTests: ['b'] }, { signedAt: 2 }),
        result(PASSED, { signedAt: 1 }),
      ],
      verdict: 'fail',
    },
    {
      name: 'counts all where nobody tells when they were signed',
      results: [result({ ...PASSED, result: 'FAILED', failedTests: ['b'] }), result(PASSED, { signedAt: 2 })],
      verdict: 'fail',
    },
    { name: 'cannot tell with a result that is none', results: [result({ result: 'OK' })], verdict: 'error' },
    {
      name: 'cannot tell with lists that are none',
      results: [result({ result: 'PASSED', passedTests: { length: 5 } })],
      verdict: 'error',
    },
    {
      name: 'cannot tell with what is not of its type',
      results: [acceptedStatement('a:b', PASSED)],
      verdict: 'error',
    },
    {
      name: 'counts no refused result',
      results: [result(PASSED), result({ result: 'FAILED', failedTests: ['b'] }, { verdict: 'refused' })],
      verdict: 'pass',
    },
  ])('attested: $name', ({ results, verdict }) => {
    const evidence = { kind: 'attestation', verification: verification(results) } as const;
    expect(judgeTests({ attestation: true }, evidence).verdict).toBe(verdict);
  });

  it('fails with why nothing attested is accepted', () => {
    const evidence = {
      kind: 'attestation',
      verification: verification([result(PASSED)], ['It is forged.']),
    } as const;
    expect(judgeTests({ attestation: true }, evidence)).toMatchObject({
      verdict: 'fail',
      reason: 'It is forged.',
    });
  });
});
