/** Test cases of one report, counted one by one. */
export interface TestReport {
  /** As it was found, from the workspace. */
  readonly file: string;
  readonly passed: number;
  /** With a failure or an error. */
  readonly failed: number;
  /** Skipped, disabled or otherwise not run. */
  readonly skipped: number;
  /** Passed at last after it had failed (surefire, "rerunFailingTestsCount"); counted as passed, too. */
  readonly flaky: number;
  /** Names of the first that failed: `class name`, cut where they are long. */
  readonly failures: readonly string[];
}

/** Tests whose names are kept, of each report. */
export const MAX_KEPT_FAILURES = 20;
