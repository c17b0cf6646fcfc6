import cvss from 'ae-cvss-calculator';
import type { Severity } from './severity.ts';

/** Vectors with every metric there is have some 200 characters. */
const MAX_VECTOR_CHARS = 400;

/** What a vector says. */
export interface CvssScore {
  readonly method: 'CVSS_V4' | 'CVSS_V3' | 'CVSS_V2';
  /** 0.0 to 10.0. */
  readonly score: number;
  readonly severity: Severity;
}

interface Version {
  readonly method: CvssScore['method'];
  readonly prefix: RegExp;
  /** Metrics without which there is no score: the library would calculate 0 of what is left. */
  readonly base: readonly string[];
  readonly make: (vector: string) => { calculateScores(): { overall?: number | undefined } };
}

const V3_BASE = ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'];

const VERSIONS: readonly Version[] = [
  {
    method: 'CVSS_V4',
    prefix: /^CVSS:4\.0\//,
    base: ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'],
    make: (vector) => new cvss.Cvss4P0(vector),
  },
  {
    method: 'CVSS_V3',
    prefix: /^CVSS:3\.1\//,
    base: V3_BASE,
    make: (vector) => new cvss.Cvss3P1(vector),
  },
  {
    method: 'CVSS_V3',
    prefix: /^CVSS:3\.0\//,
    base: V3_BASE,
    make: (vector) => new cvss.Cvss3P0(vector),
  },
  {
    method: 'CVSS_V2',
    prefix: /^(?=AV:)/,
    base: ['AV', 'AC', 'Au', 'C', 'I', 'A'],
    make: (vector) => new cvss.Cvss2(vector),
  },
];

/**
 * Calculates the score of a CVSS vector as it stands: with what it says of threat and environment. `undefined` where
 * it is no vector of version 2.0, 3.0, 3.1 or 4.0 with all base metrics, each once and with a value that exists.
 */
export function scoreVector(text: string): CvssScore | undefined {
  if (text.length > MAX_VECTOR_CHARS) return undefined;
  const vector = text.replace(/^\((.*)\)$/, '$1');
  const version = VERSIONS.find(({ prefix }) => prefix.test(vector));
  if (version === undefined) return undefined;
  const metrics = vector.replace(version.prefix, '').split('/');
  const values = new Map(metrics.map((metric) => [metric.split(':', 1)[0], metric.split(':')[1]]));
  const isDefined = (name: string): boolean => !['', 'X', 'ND', undefined].includes(values.get(name));
  if (values.size !== metrics.length || !version.base.every(isDefined)) return undefined;
  try {
    const made = version.make(vector);
    // The library leaves out what it does not know; then what it writes is another vector.
    const written = new Set(String(made).split('/'));
    if (!metrics.every((metric) => written.has(metric))) return undefined;
    const score = made.calculateScores().overall;
    if (score === undefined || !(score >= 0 && score <= 10)) return undefined;
    return { method: version.method, score, severity: severityOf(score, version.method) };
  } catch {
    // It throws what it likes on values that do not exist.
    return undefined;
  }
}

/** Qualitative scales: CVSS v3.1 §5 and v4.0 §6; of v2, which has none, the one that NVD uses. */
function severityOf(score: number, method: CvssScore['method']): Severity {
  if (score === 0) return 'none';
  if (score < 4) return 'low';
  if (score < 7) return 'medium';
  return score < 9 || method === 'CVSS_V2' ? 'high' : 'critical';
}
