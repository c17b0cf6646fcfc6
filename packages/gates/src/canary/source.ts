import type { CanaryPeriod } from './period.ts';

/** Where points come from. */
export interface MetricSource {
  /**
   * Gives the points of the one series that a query finds in a period, NaN for those without a value; none where it
   * finds no series.
   *
   * @throws SuiteError when it cannot tell: an error is never an empty answer.
   */
  query(query: string, period: CanaryPeriod, signal?: AbortSignal): Promise<readonly number[]>;
}

/** What a canary's points are gathered from. */
export interface CanarySources {
  /** Makes the source that stands at an address of the policy. */
  prometheus(address: URL): MetricSource;
  /** Reads a file that the policy names; no more than {@link MAX_POINTS_FILE_BYTES}. */
  readFile(path: string, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A hundred thousand points of some thirty bytes a side are more than any canary compares. */
export const MAX_POINTS_FILE_BYTES = 8 * 1024 * 1024;
