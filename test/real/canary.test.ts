// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what queries hold.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../packages/core/src/http/index.ts';
import { systemClock } from '../../packages/core/src/index.ts';
import {
  type CanarySettings,
  type CanarySources,
  createPrometheus,
  gatherCanary,
  judgeCanary,
} from '../../packages/gates/src/index.ts';
import { draw, normal, seeded } from '../../packages/gates/test/support/random.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { startPrometheus, writeGauge } from '../support/prometheus.ts';
import { describeWithTools } from '../support/tools.ts';

/** An hour of points, one a minute. */
const START = Date.parse('2025-11-03T09:00:00Z');
const POINTS = 61;
const START_TIMEOUT = 60_000;

function gauge(name: string, series: Parameters<typeof writeGauge>[2]): string {
  return writeGauge(name, START, series);
}

function history(): readonly string[] {
  const random = seeded(1);
  const around = (mean: number) => draw(POINTS, () => mean * (1 + 0.2 * normal(random)));
  return [
    gauge('error_ratio', {
      'app="old"': around(1e-5),
      'app="new"': around(2e-5),
      'app="same"': around(1e-5),
    }),
    gauge('latency', { 'app="old"': around(120), 'app="new"': around(120), 'app="same"': around(120) }),
    gauge('ratio', {
      'app="old"': around(1),
      'app="new"': Array.from({ length: POINTS }, () => 'NaN'),
      'app="same"': around(1),
    }),
    gauge('pods', { 'app="old",pod="1"': around(1), 'app="old",pod="2"': around(1) }),
    gauge('overflow', {
      'app="old"': around(1),
      'app="same"': around(1),
      'app="new"': Array.from({ length: POINTS }, () => '+Inf'),
    }),
  ];
}

describeWithTools('a canary in a real Prometheus', ['prometheus', 'promtool'], (tools) => {
  let workplace: Workplace;
  let http: HttpClient;
  let sources: CanarySources;
  let address: string;

  beforeAll(async () => {
    workplace = await openWorkplace('canary');
    address = await startPrometheus(tools, workplace, history());
    http = createHttpClient({ userAgent: 'test', environment: {} });
    sources = { prometheus: (url) => createPrometheus(http, url), readFile: (path) => readFile(path) };
    // The client asks again until it is there.
    await createPrometheus(http, new URL(address)).query('up', {
      start: new Date(START),
      end: new Date(START + 60_000),
      stepSeconds: 60,
    });
  }, START_TIMEOUT);
  afterAll(async () => {
    http?.close();
    await workplace.close();
  });

  function settings(
    metrics: Readonly<Record<string, string>>,
    more: Partial<CanarySettings> = {},
  ): CanarySettings {
    return {
      prometheus: address,
      baseline: 'old',
      canary: 'new',
      from: { kind: 'instant', epochMilliseconds: START },
      to: { kind: 'instant', epochMilliseconds: START + (POINTS - 1) * 60_000 },
      metrics: Object.entries(metrics).map(([name, query]) => ({ name, query })),
      ...more,
    };
  }

  async function judge(chosen: CanarySettings) {
    return judgeCanary(chosen, await gatherCanary(chosen, sources, systemClock));
  }

  const METRICS = { errors: 'error_ratio{app="${scope}"}', latency: 'max(latency{app="${scope}"})' };

  it('passes where nothing is worse', async () => {
    const verdict = await judge(settings(METRICS, { canary: 'same' }));
    expect(verdict.reason).toBe('The canary scores 100 of 100: 2 metrics are no worse.');
    expect(verdict.canary?.metrics.map(({ canary }) => canary.points)).toEqual([POINTS, POINTS]);
  });

  it('fails with doubled errors of 0.00001, which "netflix" does not see', async () => {
    const verdict = await judge(settings(METRICS));
    expect([verdict.verdict, verdict.canary?.score]).toEqual(['fail', 50]);
    expect(verdict.canary?.metrics[0]).toMatchObject({ name: 'errors', classification: 'high' });
    expect(Number(verdict.canary?.metrics[0]?.difference?.estimate) * 1e5).toBeCloseTo(1, 0);
    const netflix = await judge(settings(METRICS, { judge: 'netflix' }));
    expect(netflix.verdict).toBe('pass');
  });

  it('cannot tell where a metric has no series, or no values', async () => {
    const verdict = await judge(
      settings(
        { ...METRICS, typo: 'eror_ratio{app="${scope}"}', ratio: 'ratio{app="${scope}"}' },
        { canary: 'same' },
      ),
    );
    expect(verdict.canary?.metrics.map(({ name, classification }) => [name, classification])).toEqual([
      ['typo', 'no-data'],
      ['errors', 'pass'],
      ['latency', 'pass'],
      ['ratio', 'pass'],
    ]);
    const missing = await judge(settings({ ratio: 'ratio{app="${scope}"}' }));
    expect([missing.verdict, missing.canary?.metrics[0]?.canary]).toEqual([
      'error',
      { points: 0, missing: POINTS, quartiles: null },
    ]);
  });

  it('takes an overflow for worse than all', async () => {
    const verdict = await judge(settings({ overflow: 'overflow{app="${scope}"}' }));
    expect([verdict.verdict, verdict.canary?.metrics[0]?.difference?.estimate]).toEqual(['fail', '+Inf']);
  });

  it.each([
    {
      name: 'several series',
      query: 'pods{app=~"old|${scope}"}',
      code: 'POLICY_INVALID',
      words: '{"__name__":"pods"',
    },
    { name: 'no PromQL', query: 'error_ratio{app="${scope}"', code: 'POLICY_INVALID', words: 'parse error' },
    {
      name: 'many to many',
      query: 'pods * on(app) pods{app!="${scope}"}',
      code: 'POLICY_INVALID',
      words: 'duplicate series for the match group',
    },
  ])('has no points for $name', async ({ query, code, words }) => {
    await expect(gatherCanary(settings({ broken: query }), sources, systemClock)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });
});
