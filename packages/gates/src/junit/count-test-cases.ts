import { SuiteError } from '@artifact-lifecycle/core';
import { shorten } from '../verdict/verdicts.ts';
import { decodeXml } from './decode-xml.ts';
import { MAX_KEPT_FAILURES, type TestReport } from './test-report.ts';
import { readXml } from './xml-reader.ts';

/** Reports hold what tests print; more than this in one file nobody reads, and it has to fit into memory. */
export const MAX_REPORT_BYTES = 64 * 1024 * 1024;

/** What the reader is in. */
type Place =
  | { readonly kind: 'suite'; readonly name: string }
  | { readonly kind: 'case'; readonly name: string; outcome: Outcome; isFlaky: boolean }
  | { readonly kind: 'other' };

type Outcome = 'passed' | 'skipped' | 'failed';

/** Words by which a test case says of itself that it did not run (googletest: `notrun`, `suppressed`). */
const NOT_RUN: ReadonlySet<string> = new Set(['notrun', 'suppressed', 'skipped', 'disabled', 'ignored']);

/**
 * Counts the test cases of a JUnit XML report, as ant, surefire, Gradle, pytest, jest-junit, googletest and others write
 * it: `testcase` elements in `testsuite` elements, nested however deep. What a suite says of itself in attributes is not
 * looked at.
 *
 * A case with `failure` or `error` has failed, one with `skipped` has not run. Surefire's `flakyFailure` and
 * `flakyError` tell of a case that passed at last; its `rerunFailure` and `rerunError` stand beside a `failure`, and
 * fail a case alone, too. A `failure` or `error` of a whole suite counts as one failed case.
 *
 * @param file its name, for evidence and errors.
 * @throws SuiteError `CONTENT_INVALID` for what is no JUnit XML, `LIMIT_EXCEEDED`
 */
export function countTestCases(bytes: Uint8Array, file: string): TestReport {
  const what = `test report ${file}`;
  if (bytes.length > MAX_REPORT_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${what} has ${bytes.length} bytes; at most ${MAX_REPORT_BYTES} are read.`,
    );
  }
  const counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 };
  const failures: string[] = [];
  const addFailure = (name: string): void => {
    counts.failed++;
    if (failures.length < MAX_KEPT_FAILURES) failures.push(name);
  };
  const places: Place[] = [];
  readXml(decodeXml(bytes, what), what, {
    open: (element, attributes) => {
      const parent = places.at(-1);
      if (parent === undefined && element !== 'testsuites' && element !== 'testsuite') {
        throw new SuiteError(
          'CONTENT_INVALID',
          `The ${what} is no JUnit XML: its root is ${JSON.stringify(element.slice(0, 80))}.`,
        );
      }
      if (parent?.kind === 'suite' && isFailure(element)) addFailure(`${parent.name} (the suite itself)`);
      if (parent?.kind === 'case') applyChild(parent, element);
      places.push(placeOf(element, attributes, parent));
    },
    close: () => {
      const place = places.pop();
      if (place?.kind !== 'case') return;
      if (place.outcome === 'failed') addFailure(place.name);
      else counts[place.outcome]++;
      if (place.outcome === 'passed' && place.isFlaky) counts.flaky++;
    },
  });
  return { file, ...counts, failures };
}

function placeOf(element: string, attributes: ReadonlyMap<string, string>, parent: Place | undefined): Place {
  const name = attributes.get('name') ?? '';
  const isInSuite = parent === undefined || parent.kind === 'suite';
  if (isInSuite && (element === 'testsuite' || element === 'testsuites')) {
    return { kind: 'suite', name: shorten(name === '' ? element : name) };
  }
  if (!isInSuite || element !== 'testcase') return { kind: 'other' };
  const words = [attributes.get('status'), attributes.get('result')].map((word) => word?.toLowerCase() ?? '');
  const saysFailed = words.some((word) => word === 'failed' || word === 'error');
  const saysNotRun = words.some((word) => NOT_RUN.has(word));
  const className = attributes.get('classname') ?? '';
  return {
    kind: 'case',
    name: shorten([className, name].filter((part) => part !== '').join(' ') || 'a test without a name'),
    outcome: saysFailed ? 'failed' : saysNotRun ? 'skipped' : 'passed',
    isFlaky: false,
  };
}

function applyChild(test: Extract<Place, { readonly kind: 'case' }>, element: string): void {
  if (isFailure(element) || element === 'rerunFailure' || element === 'rerunError') test.outcome = 'failed';
  else if (element === 'skipped' && test.outcome === 'passed') test.outcome = 'skipped';
  else if (element === 'flakyFailure' || element === 'flakyError') test.isFlaky = true;
}

function isFailure(element: string): boolean {
  return element === 'failure' || element === 'error';
}
