import { commonLanguage, meanRatio } from './effect.ts';
import {
  type CanaryPoints,
  type Direction,
  describeDifference,
  type Finding,
  sideOf,
  tooFew,
} from './finding.ts';
import { rankSumInterval } from './mann-whitney.ts';
import { addNoise } from './noise.ts';
import { mean, sorted } from './statistics.ts';
import { type NanStrategy, removeNans, replaceNans } from './transforms.ts';

/** What Kayenta's judge can be told about a metric; a policy sets a part of it. */
export interface KayentaOptions {
  readonly direction: Direction;
  readonly isCritical: boolean;
  readonly tolerance: number;
  /** A side with fewer has no data. Kayenta itself knows no such limit: 1. */
  readonly minimumPoints: number;
  readonly nanStrategy: NanStrategy;
  readonly confidence: number;
  readonly effect: {
    readonly measure: 'mean-ratio' | 'cles';
    readonly allowedDecrease: number;
    readonly allowedIncrease: number;
    readonly criticalDecrease: number;
    readonly criticalIncrease: number;
  };
}

/** Kayenta's own defaults, for what a policy does not set. */
export const KAYENTA_DEFAULTS = {
  nanStrategy: 'remove',
  confidence: 0.98,
  effect: {
    measure: 'mean-ratio',
    allowedDecrease: 1,
    allowedIncrease: 1,
    criticalDecrease: 1,
    criticalIncrease: 1,
  },
} as const;

/**
 * Classifies a metric as Kayenta does, with its known defects: differences below 0.0001 are not seen, two points are
 * enough for certainty. What is random there is the same each time here.
 */
export function classifyLikeKayenta(points: CanaryPoints, options: KayentaOptions): Finding {
  const transform = options.nanStrategy === 'remove' ? removeNans : replaceNans;
  const canary = transform(points.canary);
  const baseline = transform(points.baseline);
  if (canary.length === 0 || baseline.length === 0) {
    if (options.nanStrategy === 'replace') return equal('has no data, which was to count as good');
    return tooFew(canary.length, baseline.length, 1, options.isCritical);
  }
  if (Math.min(canary.length, baseline.length) < options.minimumPoints) {
    return tooFew(canary.length, baseline.length, options.minimumPoints, options.isCritical);
  }
  if (areEqual(sorted(canary), sorted(baseline))) return equal('is the same on both sides');
  const difference = {
    basis: 'shift',
    ...interval(canary, baseline, options.confidence),
    confidence: options.confidence,
  } as const;
  const { measure } = options.effect;
  const value = measure === 'cles' ? commonLanguage(canary, baseline) : meanRatio(canary, baseline);
  const side = withEffect(sideOf(difference, options.tolerance, options.direction), value, options.effect);
  return {
    classification: side,
    isCritical: options.isCritical && side !== 'pass' && isCriticalEffect(side, value, options.effect),
    words: describeDifference(side, difference),
    difference,
    effect: { measure, value },
  };
}

/** Classifies by the means alone: Kayenta's simplest classifier, which its judge does not use. */
export function classifyByMeans(points: CanaryPoints, direction: Direction): 'high' | 'low' | 'pass' {
  const canary = mean(points.canary);
  const baseline = mean(points.baseline);
  if (canary > baseline && direction !== 'decrease') return 'high';
  return canary < baseline && direction !== 'increase' ? 'low' : 'pass';
}

function equal(words: string): Finding {
  return {
    classification: 'pass',
    isCritical: false,
    words,
    difference: null,
    effect: { measure: 'mean-ratio', value: 1 },
  };
}

function interval(canary: readonly number[], baseline: readonly number[], confidence: number) {
  const areConstant = new Set(canary).size === 1 && new Set(baseline).size === 1;
  const [x, y] = areConstant ? addNoise(canary, baseline) : [canary, baseline];
  return rankSumInterval(x ?? canary, y ?? baseline, confidence);
}

/** Also true where all points of both sides are one value, however many there are of each. */
function areEqual(canary: readonly number[], baseline: readonly number[]): boolean {
  const hasOneValue =
    canary[0] === canary.at(-1) && baseline[0] === baseline.at(-1) && canary[0] === baseline[0];
  const isSame =
    canary.length === baseline.length && canary.every((value, index) => value === baseline[index]);
  return hasOneValue || isSame;
}

/** A change counts only with an effect at least as large as allowed; an effect that says nothing is not asked. */
function withEffect(
  side: 'high' | 'low' | 'pass',
  effect: number,
  { allowedDecrease, allowedIncrease }: KayentaOptions['effect'],
): 'high' | 'low' | 'pass' {
  if (side === 'high' && effect < allowedIncrease) return 'pass';
  return side === 'low' && effect > allowedDecrease ? 'pass' : side;
}

function isCriticalEffect(
  side: 'high' | 'low',
  effect: number,
  { criticalDecrease, criticalIncrease }: KayentaOptions['effect'],
): boolean {
  return !(side === 'high' ? effect < criticalIncrease : effect > criticalDecrease);
}
