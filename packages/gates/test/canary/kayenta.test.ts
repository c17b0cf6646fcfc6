import { expect, it } from '@jest/globals';
import { describeWithTruth } from '../../../../test/support/truth.ts';
import { cohenD, commonLanguage, meanRatio } from '../../src/canary/effect.ts';
import type { CanaryPoints, Direction } from '../../src/canary/finding.ts';
import { rankSumInterval, standardisedRankSum } from '../../src/canary/mann-whitney.ts';
import { classifyByMeans, classifyLikeKayenta } from '../../src/canary/netflix.ts';
import { normalQuantile } from '../../src/canary/normal.ts';
import { SCORING_RULES, score } from '../../src/canary/scoring.ts';
import { percentile, sorted, summarise } from '../../src/canary/statistics.ts';
import {
  detectByDeviation,
  detectByQuartiles,
  removeNans,
  removeOutliers,
  replaceNans,
} from '../../src/canary/transforms.ts';

type Values = readonly (number | null)[];
type Name = { readonly name: string };

interface Sides extends Name {
  readonly experiment: Values;
  readonly control: Values;
}

interface ClassifierCase extends Sides {
  readonly direction: Direction;
  readonly nanStrategy: 'remove' | 'replace';
  readonly critical: boolean;
  readonly tolerance: number;
  readonly confLevel: number;
  readonly effectSizeThresholds: readonly [number, number];
  readonly criticalThresholds: readonly [number, number];
  readonly effectSizeMeasure: 'meanRatio' | 'cles';
  readonly expected: {
    readonly classification?: string;
    readonly critical?: boolean;
    readonly deviation?: number | null;
    readonly reasonNotEmpty?: boolean;
  };
}

interface Intermediate {
  readonly rMumin: number;
  readonly rMumax: number;
  readonly rZqLower: number;
  readonly rZqUpper: number;
  readonly rFlower1: number;
  readonly rFupper1: number;
  readonly rFlower2: number;
  readonly rFupper2: number;
  readonly rCil: number;
  readonly rCiu: number;
  readonly rEst: number;
}

interface IntervalCase extends Sides {
  readonly confLevel: number;
  readonly expected: {
    readonly ciLower?: number;
    readonly ciUpper?: number;
    readonly ciLowerSolver?: number;
    readonly ciUpperSolver?: number;
    readonly estimate: number;
    readonly intermediate?: Intermediate;
  };
  readonly tolerance: { readonly ci?: number; readonly estimate?: number; readonly all?: number };
}

interface OutlierCase extends Name {
  readonly factor: number;
  readonly k: number;
  readonly reduceSensitivity: boolean;
  readonly data: readonly number[];
  readonly expected: readonly boolean[];
}

interface ScorerCase extends Name {
  readonly groupWeights: Readonly<Record<string, number>>;
  readonly results: readonly {
    readonly classification: string;
    readonly critical: boolean;
    readonly groups: readonly string[];
  }[];
  readonly expected: number;
}

interface Truth {
  readonly mannWhitneyClassifier: readonly ClassifierCase[];
  readonly meanInequalityClassifier: readonly ClassifierCase[];
  readonly mannWhitney: readonly IntervalCase[];
  readonly wilcoxonDiff: readonly (Name & {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly checks: readonly { readonly mu: number; readonly quantile: number; readonly expected: number }[];
    readonly tolerance: number;
  })[];
  readonly iqrDetector: readonly OutlierCase[];
  readonly kSigmaDetector: readonly OutlierCase[];
  readonly percentile: readonly (Name & {
    readonly method: string;
    readonly data: readonly number[];
    readonly p: number;
    readonly expected: number;
    readonly tolerance: number;
  })[];
  readonly summary: readonly (Name & {
    readonly data: readonly number[];
    readonly expected: Readonly<Record<'min' | 'max' | 'mean' | 'std' | 'count', number>>;
    readonly tolerance: number;
  })[];
  readonly effectSize: readonly (Sides & {
    readonly measure: 'meanRatio' | 'cohenD' | 'cles';
    readonly expected: number | null;
    readonly tolerance: number;
  })[];
  readonly weightedSumScorer: readonly ScorerCase[];
  readonly transforms: readonly (Name & {
    readonly op: string;
    readonly data: Values;
    readonly expected: readonly number[];
  })[];
  readonly zQuant: { readonly p: number; readonly expected: number; readonly tolerance: number };
}

/** Words of the file for ours. */
const CLASSIFICATIONS: Readonly<Record<string, 'pass' | 'high' | 'low' | 'no-data'>> = {
  Pass: 'pass',
  High: 'high',
  Low: 'low',
  Nodata: 'no-data',
};

const EFFECTS = { meanRatio, cohenD, cles: commonLanguage };

const TRANSFORMS: Readonly<Record<string, (values: readonly number[]) => readonly number[]>> = {
  removeNaNs: removeNans,
  replaceNaNs: replaceNans,
  'removeOutliersIQR1.5': (values) => removeOutliers(values, detectByQuartiles(values, 1.5, false)),
  removeOutliersKSigma3: (values) => removeOutliers(values, detectByDeviation(values, 3)),
};

function numbers(values: Values): readonly number[] {
  return values.map((value) => value ?? Number.NaN);
}

function points({ experiment, control }: Sides): CanaryPoints {
  return { canary: numbers(experiment), baseline: numbers(control) };
}

/** As JUnit's assertEquals has it: no farther than so much, NaN equal to NaN. */
function expectNear(actual: number | undefined, expected: number | null, tolerance: number): void {
  if (expected === null) expect(actual).toBeNaN();
  else expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(tolerance);
}

describeWithTruth("Kayenta's own cases", 'canary-judge-cases.json', (text) => {
  const truth: Truth = JSON.parse(text);

  it('are all asked: nothing of the file is left out', () => {
    const { source, note, ...kinds } = JSON.parse(text);
    expect([typeof source, typeof note]).toEqual(['string', 'string']);
    const counts = Object.entries(kinds).map(([kind, cases]) => [
      kind,
      Array.isArray(cases) ? cases.length : 1,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      mannWhitneyClassifier: 34,
      meanInequalityClassifier: 3,
      mannWhitney: 5,
      wilcoxonDiff: 1,
      iqrDetector: 4,
      kSigmaDetector: 2,
      percentile: 8,
      summary: 3,
      effectSize: 10,
      weightedSumScorer: 13,
      transforms: 5,
      zQuant: 1,
    });
  });

  it.each(truth.mannWhitneyClassifier)('$name', (example) => {
    const [allowedDecrease, allowedIncrease] = example.effectSizeThresholds;
    const [criticalDecrease, criticalIncrease] = example.criticalThresholds;
    const finding = classifyLikeKayenta(points(example), {
      direction: example.direction,
      isCritical: example.critical,
      tolerance: example.tolerance,
      minimumPoints: 1,
      nanStrategy: example.nanStrategy,
      confidence: example.confLevel,
      effect: {
        measure: example.effectSizeMeasure === 'cles' ? 'cles' : 'mean-ratio',
        allowedDecrease,
        allowedIncrease,
        criticalDecrease,
        criticalIncrease,
      },
    });
    const { classification, critical, deviation, reasonNotEmpty } = example.expected;
    expect([classification, reasonNotEmpty]).not.toEqual([undefined, undefined]);
    if (classification !== undefined)
      expect(finding.classification).toBe(CLASSIFICATIONS[classification] ?? classification);
    if (critical !== undefined) expect(finding.isCritical).toBe(critical);
    if (deviation !== undefined) expectNear(finding.effect?.value, deviation, 0);
    if (reasonNotEmpty === true) expect(finding.words).toContain('has too little data: 0 points');
  });

  it.each(truth.meanInequalityClassifier)('$name', (example) => {
    expect(classifyByMeans(points(example), example.direction)).toBe(
      CLASSIFICATIONS[example.expected.classification ?? ''],
    );
  });

  it.each(truth.mannWhitney)('$name', (example) => {
    const { canary, baseline } = points(example);
    const { expected, tolerance } = example;
    const found = rankSumInterval(canary, baseline, example.confLevel);
    const near = tolerance.ci ?? tolerance.all ?? 0;
    expectNear(found.lower, expected.ciLower ?? expected.ciLowerSolver ?? null, near);
    expectNear(found.upper, expected.ciUpper ?? expected.ciUpperSolver ?? null, near);
    expectNear(found.estimate, expected.estimate, tolerance.estimate ?? tolerance.all ?? 0);
  });

  it.each(
    truth.mannWhitney.flatMap((example) =>
      example.expected.intermediate === undefined
        ? []
        : [{ ...example, intermediate: example.expected.intermediate }],
    ),
  )('$name: each of them', ({ intermediate, tolerance, confLevel, ...sides }) => {
    const { canary, baseline } = points(sides);
    const x = sorted(canary);
    const y = sorted(baseline);
    const from = (x[0] ?? 0) - (y.at(-1) ?? 0);
    const to = (x.at(-1) ?? 0) - (y[0] ?? 0);
    const upper = normalQuantile((1 - confLevel) / 2);
    const found = rankSumInterval(canary, baseline, confLevel);
    const actual: Intermediate = {
      rMumin: from,
      rMumax: to,
      rZqLower: -upper,
      rZqUpper: upper,
      rFlower1: standardisedRankSum(x, y, from, -upper),
      rFupper1: standardisedRankSum(x, y, to, -upper),
      rFlower2: standardisedRankSum(x, y, from, upper),
      rFupper2: standardisedRankSum(x, y, to, upper),
      rCil: found.lower,
      rCiu: found.upper,
      rEst: found.estimate,
    };
    expect(Object.keys(intermediate)).toEqual(Object.keys(actual));
    for (const name of Object.keys(actual) as (keyof Intermediate)[]) {
      expectNear(actual[name], intermediate[name], tolerance.all ?? 0);
    }
  });

  it.each(truth.wilcoxonDiff)('$name', ({ x, y, checks, tolerance }) => {
    expect(checks).toHaveLength(2);
    for (const { mu, quantile, expected } of checks) {
      expectNear(standardisedRankSum(sorted(x), sorted(y), mu, quantile), expected, tolerance);
    }
  });

  it.each(truth.iqrDetector)('$name', ({ data, factor, reduceSensitivity, expected }) => {
    expect(detectByQuartiles(data, factor, reduceSensitivity)).toEqual(expected);
  });

  it.each(truth.kSigmaDetector)('$name', ({ data, k, expected }) => {
    expect(detectByDeviation(data, k)).toEqual(expected);
  });

  it.each(truth.percentile)('$name: $p', ({ method, data, p, expected, tolerance }) => {
    expect(method).toBe('R-7');
    expectNear(percentile(sorted(data), p), expected, tolerance);
  });

  it.each(truth.summary)('$name', ({ data, expected, tolerance }) => {
    const { minimum, maximum, mean, deviation, count } = summarise(data);
    expectNear(minimum, expected.min, tolerance);
    expectNear(maximum, expected.max, tolerance);
    expectNear(mean, expected.mean, tolerance);
    expectNear(deviation, expected.std, tolerance);
    expect(count).toBe(expected.count);
  });

  it.each(truth.effectSize)('$name', (example) => {
    const { canary, baseline } = points(example);
    expectNear(EFFECTS[example.measure](canary, baseline), example.expected, example.tolerance);
  });

  it.each(truth.weightedSumScorer)('$name', ({ groupWeights, results, expected }) => {
    const metrics = results.map(({ classification, critical, groups }) => ({
      classification: CLASSIFICATIONS[classification] ?? 'no-data',
      isCritical: critical,
      groups,
      mustHaveData: classification === 'NodataFailMetric',
    }));
    const { total } = score(metrics, new Map(Object.entries(groupWeights)), SCORING_RULES.netflix);
    expect(total).toBe(expected);
  });

  it.each(truth.transforms)('$name', ({ op, data, expected }) => {
    expect(TRANSFORMS[op]?.(numbers(data))).toEqual(expected);
  });

  it('quantile of the normal distribution', () => {
    expectNear(normalQuantile(truth.zQuant.p), truth.zQuant.expected, truth.zQuant.tolerance);
  });
});
