import { describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../../src/bench/measurement.ts';
import { parseSigningArguments } from '../../../src/bench/sign-attest/options.ts';
import { reportSigning, type SigningRow } from '../../../src/bench/sign-attest/report.ts';

const GOAL = { name: 'sign 50, keyless', most: 1 / 2 };

function row(name: string, seconds: number, rest: Partial<Measurement> = {}): SigningRow {
  const measured = { seconds, cpuSeconds: 1, memory: 2 ** 20, requests: 7, ...rest };
  const contestant = { name, version: '1', commands: [], sign: async () => {}, verify: async () => {} };
  return { contestant, medians: new Map([[GOAL.name, measured]]) };
}

describe('the report of signing', () => {
  it('compares the wall time with cosign, and says that the goal is reached', () => {
    expect(reportSigning([GOAL], [row('ours', 1), row('cosign', 2)])).toBe(
      [
        '| sign 50, keyless |   wall | ÷ cosign |    CPU | peak RSS | requests |',
        '|------------------|-------:|---------:|-------:|---------:|---------:|',
        '| ours 1           | 1.00 s |     0.50 | 1.00 s |    1 MiB |        7 |',
        '| cosign 1         | 2.00 s |     1.00 | 1.00 s |    1 MiB |        7 |',
        '',
        "Goal: at most 0.5 of cosign's wall: 0.50. Reached.",
      ].join('\n'),
    );
  });

  it('says that a goal is not reached', () => {
    const report = reportSigning([GOAL], [row('ours', 1.1), row('cosign', 2)]);
    expect(report).toContain("Goal: at most 0.5 of cosign's wall: 0.55. Not reached.");
  });

  it('claims nothing where one of the two is not there', () => {
    const report = reportSigning([GOAL], [row('ours', 1, { cpuSeconds: undefined, memory: undefined })]);
    expect(report).toContain('| ours 1           | 1.00 s |        – |   – |        – |        7 |');
    expect(report).not.toContain('Goal');
  });
});

describe('the arguments of the bench of signing', () => {
  it('are five runs, fifty subjects and everyone unless told otherwise', () => {
    expect(parseSigningArguments([])).toEqual({ runs: 5, subjects: 50, only: [] });
    expect(parseSigningArguments(['--runs', '1', '--subjects=3', '--only', 'ours, cosign'])).toEqual({
      runs: 1,
      subjects: 3,
      only: ['ours', 'cosign'],
    });
    expect(parseSigningArguments(['--help'])).toBeUndefined();
  });

  it.each(['0', '-1', '1.5', 'many', '1001'])('refuses %s runs', (runs) => {
    expect(() => parseSigningArguments([`--runs=${runs}`])).toThrow('--runs');
  });
});
