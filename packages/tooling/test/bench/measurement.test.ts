import { describe, expect, it } from '@jest/globals';
import { type Measurement, medianOf } from '../../src/bench/measurement.ts';
import { formatReport } from '../../src/bench/report.ts';
import { SCENARIOS } from '../../src/bench/scenario.ts';

const run = (seconds: number, rest: Partial<Measurement> = {}): Measurement => ({
  seconds,
  cpuSeconds: seconds / 2,
  memory: seconds * 2 ** 20,
  requests: 10,
  bytes: 1_500_000,
  ...rest,
});

describe('the median of runs', () => {
  it('is the middle of an odd number, each figure by itself', () => {
    const runs = [run(3, { requests: 1 }), run(1, { requests: 2 }), run(9, { requests: 3 })];
    expect(medianOf(runs)).toEqual({
      seconds: 3,
      cpuSeconds: 1.5,
      memory: 3 * 2 ** 20,
      requests: 2,
      bytes: 1_500_000,
    });
  });

  it('is between the two in the middle of an even number', () => {
    expect(medianOf([run(4), run(1), run(2), run(3)]).seconds).toBe(2.5);
  });

  it('leaves out what is not known, and knows nothing where nothing is', () => {
    expect(medianOf([run(2), run(4, { memory: undefined })]).memory).toBe(2 * 2 ** 20);
    expect(medianOf([run(2, { cpuSeconds: undefined })]).cpuSeconds).toBeUndefined();
  });
});

describe('the report', () => {
  const row = (name: string, seconds: number, rest: Partial<Measurement> = {}) => ({
    contestant: { name, version: '1', command: name, copy: async () => {}, copyAll: async () => {} },
    medians: new Map(SCENARIOS.map((scenario) => [scenario, run(seconds, rest)])),
  });

  it('compares wall time with crane', () => {
    const [table = ''] = formatReport([row('promote', 1.5), row('crane', 2)]).split('\n\n');
    expect(table).toBe(
      [
        '| empty destination |   wall | ÷ crane |    CPU | peak RSS | requests |   read |',
        '|-------------------|-------:|--------:|-------:|---------:|---------:|-------:|',
        '| promote 1         | 1.50 s |    0.75 | 0.75 s |    2 MiB |       10 | 1.5 MB |',
        '| crane 1           | 2.00 s |    1.00 | 1.00 s |    2 MiB |       10 | 1.5 MB |',
      ].join('\n'),
    );
  });

  it('shows what is not known as a dash', () => {
    const unknown = { cpuSeconds: undefined, memory: undefined, bytes: undefined };
    expect(formatReport([row('promote', 1, unknown)])).toContain(
      '| promote 1         | 1.00 s |       – |   – |        – |       10 |    – |',
    );
  });
});
