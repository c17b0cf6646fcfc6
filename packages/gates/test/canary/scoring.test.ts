import { describe, expect, it } from '@jest/globals';
import { SCORING_RULES, type Scored, score } from '../../src/canary/scoring.ts';

function metric(classification: Scored['classification'], group: string, more: Partial<Scored> = {}): Scored {
  return { classification, isCritical: false, mustHaveData: false, groups: [group], ...more };
}

const NO_WEIGHTS: ReadonlyMap<string, number> = new Map();

describe('a score', () => {
  it('counts a group without data as nothing where it is exact, and as all where it is as Kayenta has it', () => {
    const metrics = [metric('pass', 'a'), metric('pass', 'a'), metric('no-data', 'b')];
    const weights = new Map([['a', 60]]);
    expect(score(metrics, weights, SCORING_RULES.exact)).toEqual({
      total: 60,
      groups: [
        { name: 'a', score: 100, weight: 60 },
        { name: 'b', score: 0, weight: 40 },
      ],
      cut: null,
    });
    expect(score(metrics, weights, SCORING_RULES.netflix).total).toBe(100);
  });

  it.each([
    {
      name: 'half of the metrics without data make it 0',
      metrics: [metric('pass', 'a'), metric('no-data', 'a')],
      total: 0,
      cut: 'no-data',
    },
    {
      name: 'less than half do not, and do not count in their group',
      metrics: [metric('pass', 'a'), metric('pass', 'a'), metric('no-data', 'a')],
      total: 100,
      cut: null,
    },
    {
      name: 'what must have data and has none is bad',
      metrics: [metric('pass', 'a'), metric('pass', 'a'), metric('no-data', 'a', { mustHaveData: true })],
      total: 66.67,
      cut: null,
    },
    {
      name: 'a critical metric that is not good makes it 0',
      metrics: [metric('pass', 'a'), metric('pass', 'b'), metric('low', 'b', { isCritical: true })],
      total: 0,
      cut: 'critical',
    },
    {
      name: 'so does one without data',
      metrics: [metric('pass', 'a'), metric('pass', 'b'), metric('no-data', 'b', { isCritical: true })],
      total: 0,
      cut: 'critical',
    },
  ])('$name', ({ metrics, total, cut }) => {
    expect(score(metrics, NO_WEIGHTS, SCORING_RULES.exact)).toMatchObject({ total, cut });
  });

  it('does not count what must have data to the half without, as Kayenta has it', () => {
    const metrics = [metric('pass', 'a'), metric('no-data', 'a', { mustHaveData: true })];
    expect(score(metrics, NO_WEIGHTS, SCORING_RULES.netflix)).toMatchObject({ total: 50, cut: null });
    expect(score(metrics, NO_WEIGHTS, SCORING_RULES.exact)).toMatchObject({ total: 0, cut: 'no-data' });
  });

  it('counts what must have data and is critical, too, only once', () => {
    const metrics = [metric('pass', 'a'), metric('no-data', 'a', { mustHaveData: true, isCritical: true })];
    expect(score(metrics, NO_WEIGHTS, SCORING_RULES.exact)).toEqual({
      total: 0,
      groups: [{ name: 'a', score: 100, weight: 100 }],
      cut: 'critical',
    });
  });

  it('shares what is left of 100 among groups without weight', () => {
    const metrics = ['a', 'b', 'c'].map((group) => metric('pass', group));
    const { groups } = score(metrics, new Map([['b', 50]]), SCORING_RULES.exact);
    expect(groups.map(({ name, weight }) => [name, weight])).toEqual([
      ['a', 25],
      ['b', 50],
      ['c', 25],
    ]);
  });
});
