import { describe, expect, it } from '@jest/globals';
import type { CanarySeries } from '../../src/canary/finding.ts';
import { type CanarySettings, judgeCanary } from '../../src/gate/canary.ts';

const BASELINE = [1, 2, 3, 4, 5, 6];
const WORSE = BASELINE.map((value) => value + 10);
const INFINITE = [...BASELINE, Number.POSITIVE_INFINITY];

function judge(settings: CanarySettings, points: Readonly<Record<string, readonly number[]>>) {
  const series: readonly CanarySeries[] = Object.entries(points).map(([name, canary]) => ({
    name,
    baseline: BASELINE,
    canary,
  }));
  return judgeCanary(settings, { period: null, series });
}

/** Settings of metrics by their names; each may say more. */
function settings(
  metrics: Readonly<Record<string, Partial<CanarySettings['metrics'][number]>>>,
  more: Partial<CanarySettings> = {},
): CanarySettings {
  return { metrics: Object.entries(metrics).map(([name, own]) => ({ name, file: 'f', ...own })), ...more };
}

describe('the gate canary', () => {
  it('passes where no metric is worse', () => {
    const verdict = judge(settings({ errors: {}, latency: {} }), { errors: BASELINE, latency: BASELINE });
    expect(verdict.verdict).toBe('pass');
    expect(verdict.reason).toBe('The canary scores 100 of 100: 2 metrics are no worse.');
  });

  it('fails with the metric that is worse, its numbers, and the score', () => {
    const { verdict, reason, canary } = judge(settings({ errors: { critical: true }, latency: {} }), {
      errors: WORSE,
      latency: BASELINE,
    });
    expect(verdict).toBe('fail');
    expect(reason).toBe(
      'The canary scores 0 of 100 and passes from 95 on; "errors" (critical) is higher: it differs by 10 (98 % confidence: 7 to 13).',
    );
    expect(canary).toEqual({
      judge: 'exact',
      score: 0,
      classification: 'fail',
      pass: 95,
      marginal: 75,
      groups: [{ name: 'default', score: 50, weight: 100 }],
      metrics: [
        {
          name: 'errors',
          group: 'default',
          classification: 'high',
          isCritical: true,
          reason: '"errors" is higher: it differs by 10 (98 % confidence: 7 to 13).',
          difference: { basis: 'shift', estimate: 10, lower: 7, upper: 13, confidence: 0.98 },
          effect: { measure: 'cles', value: 1 },
          baseline: { points: 6, missing: 0, quartiles: [1, 2.25, 3.5, 4.75, 6] },
          canary: { points: 6, missing: 0, quartiles: [11, 12.25, 13.5, 14.75, 16] },
        },
        expect.objectContaining({ name: 'latency', classification: 'pass' }),
      ],
    });
  });

  it('does not pass where it is marginal, and says so', () => {
    const metrics = settings({ a: {}, b: {}, c: {}, d: {}, e: {} });
    const points = { a: BASELINE, b: BASELINE, c: BASELINE, d: BASELINE, e: WORSE };
    const { verdict, reason, canary } = judge(metrics, points);
    expect([verdict, canary?.classification, canary?.score]).toEqual(['fail', 'marginal', 80]);
    expect(reason).toMatch(
      /^The canary scores 80 of 100, which is marginal, and passes from 95 on; "e" is higher/,
    );
    expect(judge({ ...metrics, pass: 80 }, points).verdict).toBe('pass');
    expect(judge({ ...metrics, marginal: 81 }, points).canary?.classification).toBe('fail');
  });

  it.each([
    { name: 'no data at all', points: {}, verdict: 'error' },
    { name: 'half without data', points: { a: BASELINE }, verdict: 'error' },
    { name: 'half without data, and one that is worse', points: { a: WORSE }, verdict: 'fail' },
  ])('cannot tell without data: $name', ({ points, verdict }) => {
    expect(judge(settings({ a: {}, b: {} }), points).verdict).toBe(verdict);
  });

  it('says how many have no data', () => {
    const { reason } = judge(settings({ a: {}, b: {} }), { a: BASELINE });
    expect(reason).toBe(
      'The canary scores 0 of 100, for want of data of 1 of 2 metrics, and passes from 95 on; "b" has too little data: 0 points in the baseline and 0 points in the canary, of 5 needed on each side.',
    );
  });

  it.each([
    { name: 'a group without data is never good', own: { group: 'b' }, judge: 'exact', verdict: 'error' },
    { name: 'but for Kayenta', own: { group: 'b' }, judge: 'netflix', verdict: 'pass' },
    { name: 'a metric may be without', own: {}, judge: 'exact', verdict: 'pass' },
    { name: 'unless it must have some', own: { mustHaveData: true }, judge: 'exact', verdict: 'error' },
    { name: 'or is critical', own: { critical: true }, judge: 'exact', verdict: 'error' },
  ] as const)('counts no data as none: $name', ({ own, judge: how, verdict }) => {
    const metrics = settings({ a: {}, c: {}, b: own }, { judge: how });
    expect(judge(metrics, { a: BASELINE, c: BASELINE }).verdict).toBe(verdict);
  });

  it('has Kayenta call a metric of two points high, and is asked for more by min-points', () => {
    const series = [{ name: 'a', baseline: [1, 2], canary: [20, 21] }];
    const netflix = settings({ a: {} }, { judge: 'netflix' });
    expect(judgeCanary(netflix, { period: null, series }).verdict).toBe('fail');
    expect(judgeCanary({ ...netflix, minPoints: 3 }, { period: null, series }).verdict).toBe('error');
    expect(judgeCanary({ ...netflix, judge: 'exact', minPoints: 1 }, { period: null, series }).verdict).toBe(
      'error',
    );
  });

  it('comes to the same each time, also where Kayenta draws noise', () => {
    const series = [{ name: 'a', baseline: [1000, 1000, 1000], canary: [1100, 1100, 1100] }];
    const netflix = settings({ a: {} }, { judge: 'netflix' });
    const first = judgeCanary(netflix, { period: null, series });
    expect(judgeCanary(netflix, { period: null, series })).toEqual(first);
    const { estimate, lower, upper } = first.canary?.metrics[0]?.difference ?? {};
    expect(estimate).toBeCloseTo(100, 0);
    // Constant sides differ by 100 and nothing else; what lies around it is noise.
    expect(Number(upper) - Number(lower)).toBeGreaterThan(0.001);
    expect(Number(upper) - Number(lower)).toBeLessThan(0.2);
  });

  it('calculates with infinite values, which "netflix" cannot', () => {
    const metrics = settings({ a: {} });
    const exact = judge(metrics, { a: [...WORSE, Number.POSITIVE_INFINITY] });
    expect(exact.canary?.metrics[0]?.canary.quartiles?.[4]).toBe('+Inf');
    expect(exact.verdict).toBe('fail');
    const netflix = judge({ ...metrics, judge: 'netflix' }, { a: INFINITE });
    expect([netflix.verdict, netflix.canary]).toEqual(['error', null]);
    expect(netflix.reason).toBe(
      '"a" has infinite values, with which the judge "netflix" cannot calculate; "exact" can.',
    );
  });

  it('gives evidence that is plain JSON, with the period', () => {
    const period = {
      start: new Date('2026-12-01T09:00:00Z'),
      end: new Date('2026-12-01T10:00:00Z'),
      stepSeconds: 60,
    };
    const series = [{ name: 'a', baseline: BASELINE, canary: INFINITE }];
    const { evidence } = judgeCanary(settings({ a: {} }), { period, series });
    expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
    expect(evidence['period']).toEqual({
      start: '2026-12-01T09:00:00.000Z',
      end: '2026-12-01T10:00:00.000Z',
      stepSeconds: 60,
    });
  });

  it('names what is worse before what has no data, and what is critical before all', () => {
    const { reason } = judge(
      settings({ none: {}, worse: {}, critical: { critical: true }, good: {}, fine: {} }),
      {
        worse: WORSE,
        good: BASELINE,
        fine: BASELINE,
      },
    );
    expect(reason).toMatch(/"critical" \(critical\) has .*; "worse" is .*; "none" has /);
  });

  it('records a hundred metrics of many, and names three', () => {
    const names = Array.from({ length: 150 }, (_, index) => `m${index}`);
    const all = Object.fromEntries(names.map((name) => [name, {}]));
    const points = Object.fromEntries(names.map((name, index) => [name, index < 145 ? BASELINE : WORSE]));
    const { canary, evidence, reason } = judge(settings(all, { pass: 99 }), points);
    expect(canary?.metrics).toHaveLength(100);
    expect(canary?.metrics.slice(0, 6).map(({ classification }) => classification)).toEqual([
      ...Array.from({ length: 5 }, () => 'high'),
      'pass',
    ]);
    expect(evidence['metricCount']).toBe(150);
    expect(reason).toMatch(/and 2 more\.$/);
  });
});
