import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { type Evidence, TEST_RESULT_TYPE } from '@artifact-lifecycle/trust';
import { MAX_KEPT_FAILURES } from './test-report.ts';

/** What one attested result comes to; with a problem it counts nothing, and nobody may rely on it. */
export interface CountedResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly flaky: number;
  readonly failures: readonly string[];
  readonly problem: string | undefined;
}

const NOTHING = { passed: 0, failed: 0, skipped: 0, flaky: 0, failures: [] } as const;

/**
 * Counts the tests of accepted in-toto test results (in-toto attestation, "Predicate type: Test Result", v0.1).
 *
 * Of results with the same configuration the newest counts, by when they were signed: a run that was repeated has
 * replaced the one before. Where nobody tells when one was signed, all count.
 */
export function countTestResults(evidence: readonly Evidence[]): readonly CountedResult[] {
  const results = evidence.filter(
    ({ verdict, predicateType }) => verdict === 'accepted' && predicateType === TEST_RESULT_TYPE,
  );
  return results.filter((result) => !results.some((other) => replaces(other, result))).map(countResult);
}

function replaces(other: Evidence, one: Evidence): boolean {
  if (other.signedAt === undefined || one.signedAt === undefined) return false;
  return other.signedAt > one.signedAt && configurationOf(other) === configurationOf(one);
}

/** Nobody but the signer, who is trusted, writes it, so its keys need no order. */
function configurationOf({ statement }: Evidence): string {
  const predicate = statement?.predicate;
  return JSON.stringify(predicate === undefined ? null : (field(predicate, 'configuration') ?? null));
}

function countResult({ statement }: Evidence): CountedResult {
  const problem = (text: string): CountedResult => ({ ...NOTHING, problem: text });
  const predicate = statement?.predicate;
  if (!isJsonObject(predicate)) return problem('it has no predicate');
  const result = field(predicate, 'result');
  const passed = namesIn(predicate, 'passedTests');
  const warned = namesIn(predicate, 'warnedTests');
  const failed = namesIn(predicate, 'failedTests');
  if (passed === undefined || warned === undefined || failed === undefined) {
    return problem('its lists of tests are no lists of texts');
  }
  if (result !== 'PASSED' && result !== 'WARNED' && result !== 'FAILED') {
    return problem('its result is none of PASSED, WARNED and FAILED');
  }
  // One that says FAILED and names none has failed somewhere.
  const unnamed =
    result === 'FAILED' && failed.length === 0 ? ['(a test that the result does not name)'] : [];
  const failures = [...failed, ...unnamed];
  return {
    passed: passed.length + warned.length,
    failed: failures.length,
    skipped: 0,
    flaky: 0,
    failures: failures.slice(0, MAX_KEPT_FAILURES),
    problem: undefined,
  };
}

function namesIn(predicate: JsonObject, key: string): readonly string[] | undefined {
  const list = field(predicate, key) ?? [];
  if (!Array.isArray(list)) return undefined;
  const names: unknown[] = list;
  return names.every((name) => typeof name === 'string') ? names : undefined;
}
