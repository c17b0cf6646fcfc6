import type { Advisory, Affected, StatedSeverity } from '../advisory/advisory.ts';
import { type CvssScore, scoreVector } from './cvss.ts';
import { type Rating, SEVERITIES, type Severity } from './severity.ts';

/** A record with its entries that speak of the component. */
export interface RatedAdvisory {
  readonly advisory: Advisory;
  readonly entries: readonly Affected[];
}

/** From weak to strong. A newer CVSS says more; a word says least. */
const METHODS: readonly string[] = ['none', 'stated', 'CVSS_V2', 'CVSS_V3', 'CVSS_V4'];

/**
 * Words that databases use. Distributions' mildest ones (Ubuntu's `negligible`, Debian's `unimportant`) are low: they
 * are no "none". `end-of-life`, `not yet assigned` and `untriaged` are no severities.
 */
const WORDS: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ['none', 'none'],
  ['negligible', 'low'],
  ['unimportant', 'low'],
  ['minor', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['high', 'high'],
  ['important', 'high'],
  ['major', 'high'],
  ['critical', 'critical'],
]);

/**
 * Rates a vulnerability by all records that speak of it.
 *
 * Of each record its own `severity` counts, what stands at the affected package before what stands at the top, and of
 * several CVSS 4 before 3 before 2; without any, a word of the record (Ubuntu's scale, `database_specific.severity`,
 * Debian's urgency, `Important:` before a summary). Of several records the one with the strongest method counts, and
 * of several such the worst. What nobody has rated is `unknown`, and not low.
 */
export function rateAdvisories(records: readonly RatedAdvisory[]): Rating {
  const [first, ...others] = records.map(rateAdvisory);
  const unrated = {
    severity: 'unknown',
    score: undefined,
    vector: undefined,
    method: 'none',
    advisory: '',
  } as const;
  return others.reduce<Rating>(stronger, first ?? unrated);
}

/** Rates by one record. */
function rateAdvisory({ advisory, entries }: RatedAdvisory): Rating {
  const { id } = advisory;
  const ofPackage = entries.flatMap(({ severity }) => severity);
  for (const stated of [ofPackage, advisory.severity]) {
    const rated = stated.flatMap((one) => rateStated(one, id));
    const [first, ...others] = rated;
    if (first !== undefined) return others.reduce<Rating>(stronger, first);
  }
  const words = [...entries.map(({ statedWord }) => statedWord), advisory.statedWord];
  const severity = words.map(severityOfWord).find((found) => found !== undefined);
  return {
    severity: severity ?? 'unknown',
    score: undefined,
    vector: undefined,
    method: severity === undefined ? 'none' : 'stated',
    advisory: id,
  };
}

function rateStated({ type, score: text }: StatedSeverity, advisory: string): readonly Rating[] {
  const cvss: CvssScore | undefined = /^CVSS_/.test(type) ? scoreVector(text) : undefined;
  if (cvss !== undefined) return [{ ...cvss, vector: text, advisory }];
  const severity = severityOfWord(text);
  return severity === undefined
    ? []
    : [{ severity, score: undefined, vector: undefined, method: type, advisory }];
}

function severityOfWord(word: string | undefined): Severity | undefined {
  // Debian marks what a person has not looked at: `low**`.
  return WORDS.get((word ?? '').slice(0, 80).toLowerCase().replace(/\*+$/, ''));
}

function stronger(a: Rating, b: Rating): Rating {
  const differences = [rankOf(b) - rankOf(a), stepOf(b) - stepOf(a), (b.score ?? 0) - (a.score ?? 0)];
  return (differences.find((difference) => difference !== 0) ?? 0) > 0 ? b : a;
}

/** A distribution's scale is a word, as what is only stated is. */
function rankOf({ method }: Rating): number {
  const rank = METHODS.indexOf(method);
  return rank < 0 ? METHODS.indexOf('stated') : rank;
}

function stepOf({ severity }: Rating): number {
  return severity === 'unknown' ? -1 : SEVERITIES.indexOf(severity);
}
