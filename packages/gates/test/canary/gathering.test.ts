// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what queries hold.
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Clock, isSuiteError, SuiteError } from '../../../core/src/index.ts';
import { gatherCanary } from '../../src/canary/gathering.ts';
import type { CanaryPeriod } from '../../src/canary/period.ts';
import { readPointsFile } from '../../src/canary/points-file.ts';
import type { CanarySources } from '../../src/canary/source.ts';
import type { CanarySettings } from '../../src/gate/canary.ts';
import { matrix } from '../support/prometheus.ts';

const CLOCK: Clock = { now: () => Date.parse('2026-12-01T10:00:00.789Z'), sleep: async () => {} };
const ASKING: CanarySettings = {
  prometheus: 'http://127.0.0.1:9090',
  baseline: 'api-$&-old',
  canary: 'api-new',
  metrics: [{ name: 'errors', query: 'rate(errors{app="${scope}",other!="${scope}"}[1m])' }],
};

interface Asked {
  readonly query: string;
  readonly period: CanaryPeriod;
}

/** Sources that give what the test says, and remember what they were asked for. */
function sources(files: Readonly<Record<string, string>> = {}) {
  const asked: Asked[] = [];
  const all: CanarySources = {
    prometheus: (address) => ({
      query: async (query, period) => {
        asked.push({ query: `${address.href} ${query}`, period });
        if (query.includes('broken'))
          throw new SuiteError('UNREACHABLE', 'it is down.', { remedy: 'Mend it.' });
        return query.includes('api-new') ? [2] : [1];
      },
    }),
    readFile: async (path) => {
      const file = files[path];
      if (file === undefined) throw new SuiteError('NOT_FOUND', `The file ${path} cannot be read.`);
      return Buffer.from(file);
    },
  };
  return { asked, all };
}

describe('the points of a canary', () => {
  it('are asked for each side, its scope put into the query as it is', async () => {
    const { asked, all } = sources();
    const evidence = await gatherCanary(ASKING, all, CLOCK);
    expect(evidence.series).toEqual([{ name: 'errors', baseline: [1], canary: [2] }]);
    expect(asked.map(({ query }) => query)).toEqual([
      'http://127.0.0.1:9090/ rate(errors{app="api-$&-old",other!="api-$&-old"}[1m])',
      'http://127.0.0.1:9090/ rate(errors{app="api-new",other!="api-new"}[1m])',
    ]);
  });

  const ago = (milliseconds: number) => ({ kind: 'ago', milliseconds }) as CanarySettings['from'];
  const instant = (text: string) => ({ kind: 'instant', epochMilliseconds: Date.parse(text) }) as const;

  it.each([
    { name: 'the last hour', own: {}, start: '09:00:00', end: '10:00:00', step: 60 },
    { name: 'so long', own: { from: ago(7_200_000) }, start: '08:00:00', end: '10:00:00', step: 60 },
    {
      name: 'between two times ago',
      own: { from: ago(7_200_000), to: ago(3_600_000), step: 15_000 },
      start: '08:00:00',
      end: '09:00:00',
      step: 15,
    },
    {
      name: 'an hour before an instant',
      own: { to: instant('2026-12-01T05:00:00Z') },
      start: '04:00:00',
      end: '05:00:00',
      step: 60,
    },
    {
      name: 'since an instant',
      own: { from: instant('2026-12-01T09:30:00Z') },
      start: '09:30:00',
      end: '10:00:00',
      step: 60,
    },
  ])('are of $name, the same for all queries', async ({ own, start, end, step }) => {
    const { asked, all } = sources();
    const { period } = await gatherCanary({ ...ASKING, ...(own as Partial<CanarySettings>) }, all, CLOCK);
    expect(period).toEqual({
      start: new Date(`2026-12-01T${start}Z`),
      end: new Date(`2026-12-01T${end}Z`),
      stepSeconds: step,
    });
    expect(asked.map((one) => one.period)).toEqual([period, period]);
  });

  it.each([
    {
      name: 'a time to come',
      own: { to: instant('2026-12-01T11:00:00Z') },
      code: 'POLICY_INVALID',
      words: 'its end is still to come.',
    },
    {
      name: 'no time at all',
      own: { from: instant('2026-12-01T10:00:00Z') },
      code: 'POLICY_INVALID',
      words: 'between which there is nothing.',
    },
    {
      name: 'more points than Prometheus gives',
      own: { from: ago(8 * 86_400_000) },
      code: 'LIMIT_EXCEEDED',
      words: '11521 points of the 11000 allowed.',
    },
    {
      name: 'an unknown server',
      own: { prometheus: undefined },
      code: 'POLICY_INVALID',
      words: 'lacks one of',
    },
  ])('are not of $name', async ({ own, code, words }) => {
    const { asked, all } = sources();
    await expect(
      gatherCanary({ ...ASKING, ...(own as Partial<CanarySettings>) }, all, CLOCK),
    ).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(asked).toEqual([]);
  });

  it('come from files, too, which need no server and have no period', async () => {
    const { all } = sources({ 'a.json': '{"baseline":[1,2],"canary":[3]}' });
    expect(await gatherCanary({ metrics: [{ name: 'a', file: 'a.json' }] }, all, CLOCK)).toEqual({
      period: null,
      series: [{ name: 'a', baseline: [1, 2], canary: [3] }],
    });
  });

  it('fail with the name of the first metric in the policy that has none', async () => {
    const { all } = sources();
    const metrics: CanarySettings['metrics'] = [
      ...ASKING.metrics,
      { name: 'latency', query: 'broken{app="${scope}"}' },
      { name: 'file', file: 'missing.json' },
    ];
    await expect(gatherCanary({ ...ASKING, metrics }, all, CLOCK)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: 'The canary metric "latency" has no points: it is down.',
      remedy: 'Mend it.',
    });
  });
});

describe('a file of points', () => {
  it.each([
    { name: 'numbers', side: [1, 2.5, -3e-7], points: [1, 2.5, -3e-7] },
    {
      name: 'texts',
      side: ['1', '2.5', '1e-05', '+Inf', '-Inf', 'NaN'],
      points: [1, 2.5, 1e-5, Infinity, -Infinity, NaN],
    },
    { name: 'nothing in between', side: [1, null, 2], points: [1, Number.NaN, 2] },
    {
      name: 'pairs with their time',
      side: [
        [1_700_000_000, '1'],
        [1_700_000_060.5, 2],
        [3, null],
      ],
      points: [1, 2, Number.NaN],
    },
    { name: 'an answer of Prometheus', side: matrix(['1', 'NaN']), points: [1, Number.NaN] },
    { name: 'an answer without series', side: matrix(), points: [] },
    { name: 'no point', side: [], points: [] },
  ])('holds $name', ({ side, points }) => {
    const file = Buffer.from(JSON.stringify({ baseline: side, canary: [7] }));
    expect(readPointsFile(file, 'a.json')).toEqual({ baseline: points, canary: [7] });
  });

  it.each([
    { name: 'no JSON', file: 'baseline: [1]', code: 'CONTENT_INVALID' },
    { name: 'no object', file: '[1, 2]', code: 'CONTENT_INVALID' },
    { name: 'one side only', file: '{"baseline":[1]}', code: 'CONTENT_INVALID' },
    { name: 'a side of an ancestor', file: '{"baseline":[1],"constructor":[1]}', code: 'CONTENT_INVALID' },
    { name: 'words', file: '{"baseline":[1],"canary":["fast"]}', code: 'CONTENT_INVALID' },
    { name: 'hexadecimal texts', file: '{"baseline":[1],"canary":["0x1"]}', code: 'CONTENT_INVALID' },
    { name: 'empty texts', file: '{"baseline":[1],"canary":[""]}', code: 'CONTENT_INVALID' },
    { name: 'truth values', file: '{"baseline":[1],"canary":[true]}', code: 'CONTENT_INVALID' },
    { name: 'lists of three', file: '{"baseline":[1],"canary":[[1,2,3]]}', code: 'CONTENT_INVALID' },
    {
      name: 'an error of Prometheus',
      file: '{"baseline":[1],"canary":{"status":"error","errorType":"timeout"}}',
      code: 'UNREACHABLE',
    },
    {
      name: 'too many points',
      file: `{"baseline":[${'1,'.repeat(100_000)}1],"canary":[1]}`,
      code: 'LIMIT_EXCEEDED',
    },
    { name: 'depth without end', file: '['.repeat(100_000), code: 'LIMIT_EXCEEDED' },
  ])('is refused: $name', ({ file, code }) => {
    expect(() => readPointsFile(Buffer.from(file), 'a.json')).toThrow(expect.objectContaining({ code }));
  });

  it('of any JSON is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (baseline, canary) => {
        const file = Buffer.from(JSON.stringify({ baseline, canary }));
        try {
          const points = readPointsFile(file, 'a.json');
          expect([...points.baseline, ...points.canary].every((value) => typeof value === 'number')).toBe(
            true,
          );
        } catch (error) {
          expect(isSuiteError(error)).toBe(true);
        }
      }),
    );
  });
});
