import { TESTS_DEFAULTS } from '@artifact-lifecycle/core/policy';
import type { Verification } from '@artifact-lifecycle/trust';
import type { TestReport } from '../junit/test-report.ts';
import { countTestResults } from '../junit/test-result.ts';
import { proofFacts } from '../proof/proof-facts.ts';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, count, enumerate, fail, firstOf, pass, shorten } from '../verdict/verdicts.ts';
import { refusalOf } from './signature.ts';

/** Where the tests are counted. */
export type TestsEvidence =
  /** `countTestCases` of each file that the globs match; none where none matches. */
  | { readonly kind: 'junit'; readonly reports: readonly TestReport[] }
  /** By what `demandsOf` demands. */
  | { readonly kind: 'attestation'; readonly verification: Verification };

/** What was counted. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly flaky: number;
  readonly failures: readonly string[];
}

/**
 * Judges the gate `tests`: enough test cases pass, and not too many fail. No test at all fails, whatever is asked for:
 * a run that finds no tests is the commonest way to be green.
 */
export function judgeTests(settings: GateSettings<'tests'>, evidence: TestsEvidence): Verdict {
  if (evidence.kind === 'attestation') return judgeAttested(settings, evidence.verification);
  const { reports } = evidence;
  const facts: EvidenceFacts = {
    reports: firstOf(
      reports.map(({ file, passed, failed, skipped }) => ({ file: shorten(file), passed, failed, skipped })),
    ),
    reportCount: reports.length,
  };
  if (reports.length === 0) {
    const globs = enumerate(settings.junit ?? []);
    return cannotTell(`No file matches ${globs}, so there are no tests to count.`, facts);
  }
  return judgeCounts(settings, sumOf(reports), count(reports.length, 'report'), facts);
}

function judgeAttested(settings: GateSettings<'tests'>, verification: Verification): Verdict {
  const facts = proofFacts(verification);
  if (!verification.verified) {
    return fail(refusalOf(verification, 'There is no test result attested about it.'), facts);
  }
  const results = countTestResults(verification.evidence);
  const broken = results.flatMap(({ problem }) => problem ?? []);
  if (results.length === 0) return cannotTell('There is no test result attested about it.', facts);
  if (broken.length > 0)
    return cannotTell(`An attested test result cannot be read: ${enumerate(broken)}.`, facts);
  return judgeCounts(settings, sumOf(results), count(results.length, 'attested result'), facts);
}

function judgeCounts(
  { minPassed = TESTS_DEFAULTS.minPassed, maxFailed = TESTS_DEFAULTS.maxFailed }: GateSettings<'tests'>,
  { passed, failed, skipped, flaky, failures }: Counts,
  where: string,
  more: EvidenceFacts,
): Verdict {
  const failedTests = firstOf(failures.map(shorten));
  const facts: EvidenceFacts = { ...more, passed, failed, skipped, flaky, minPassed, maxFailed, failedTests };
  const total = passed + failed + skipped;
  const told = `${count(passed, 'test')} passed, ${failed} failed, ${skipped} skipped in ${where}`;
  if (total === 0) return fail(`There is no test in ${where}, and no tests prove nothing.`, facts);
  if (failed > maxFailed) {
    const names =
      failures.length === 0 ? '' : `: ${enumerate(failures)}${failed > failures.length ? ', …' : ''}`;
    return fail(`${told}; at most ${maxFailed} may fail${names}.`, facts);
  }
  if (passed < minPassed) return fail(`${told}; at least ${minPassed} must pass.`, facts);
  return pass(`${told}.`, facts);
}

function sumOf(counts: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number): number => counts.reduce((total, one) => total + of(one), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
    flaky: sum(({ flaky }) => flaky),
    failures: counts.flatMap(({ failures }) => failures),
  };
}
