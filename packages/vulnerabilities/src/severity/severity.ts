/** From mild to bad. `unknown` is no step of it: what nobody has rated is not low. */
export const SEVERITIES = ['none', 'low', 'medium', 'high', 'critical'] as const;

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/**
 * From bad to mild, as verdicts are sorted: what nobody has rated stands behind what is critical, and before all that is
 * known to be milder.
 */
export const SEVERITY_ORDER = ['critical', 'unknown', 'high', 'medium', 'low', 'none'] as const;

/** A severity and where it comes from. */
export interface Rating {
  readonly severity: Severity | 'unknown';
  /** 0.0 to 10.0; `undefined` where there is only a word. */
  readonly score: number | undefined;
  /** `CVSS:3.1/AV:N/…`. */
  readonly vector: string | undefined;
  /**
   * Whose word it is: `CVSS_V4`, `CVSS_V3`, `CVSS_V2`, a distribution's scale (`Ubuntu`), `stated` for the word of a
   * record without any, `none` where nobody has rated it.
   */
  readonly method: string;
  /** Id of the record that says it. */
  readonly advisory: string;
}
