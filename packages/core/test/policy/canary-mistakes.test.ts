// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what queries hold.
import { describe, expect, it } from '@jest/globals';
import { type Mistaken, mistakesOf, withGates } from './mistakes.ts';

const CASES: readonly Mistaken[] = [
  [
    'a canary without metrics',
    withGates('canary: { judge: exact }'),
    ['6:7: environments.prod.gates.canary.metrics is missing.'],
  ],
  [
    'a metric without data',
    withGates('canary: { metrics: [{ name: a }] }'),
    ['6:27: environments.prod.gates.canary.metrics[0] has no data: set query or file.'],
  ],
  [
    'a query without Prometheus',
    withGates('canary: { metrics: [{ name: a, query: "up{app=\'${scope}\'}" }] }'),
    [
      '6:45: environments.prod.gates.canary.metrics[0].query needs the address of a prometheus beside the metrics.',
    ],
  ],
  [
    'a query without baseline',
    withGates(
      'canary: { prometheus: "http://p:9090", canary: new, metrics: [{ name: a, query: "up{app=\'${scope}\'}" }] }',
    ),
    ['6:87: environments.prod.gates.canary.metrics[0].query needs a baseline beside the metrics.'],
  ],
  [
    'a query without canary',
    withGates(
      'canary: { prometheus: "http://p:9090", baseline: old, metrics: [{ name: a, query: "up{app=\'${scope}\'}" }] }',
    ),
    ['6:89: environments.prod.gates.canary.metrics[0].query needs a canary beside the metrics.'],
  ],
  [
    'a query that is the same for both sides',
    withGates(
      'canary: { prometheus: "http://p:9090", baseline: old, canary: new, metrics: [{ name: a, query: up }] }',
    ),
    [
      '6:102: environments.prod.gates.canary.metrics[0].query must hold ${scope}, for which baseline and canary are put in.',
    ],
  ],
  [
    'a canary that is its own baseline',
    withGates('canary: { baseline: api, canary: api, metrics: [{ name: a, file: f }] }'),
    ['6:40: environments.prod.gates.canary.canary must not be the baseline itself.'],
  ],
  [
    'a scope that would end its quotes',
    withGates('canary: { baseline: "api\\"} or vector(0)", metrics: [{ name: a, file: f }] }'),
    [
      '6:27: environments.prod.gates.canary.baseline must be a name without blanks, quotes and backslashes, not "api\\"} or vector(0)".',
    ],
  ],
  [
    'a metric twice',
    withGates('canary: { metrics: [{ name: a, file: f }, { name: a, file: g }] }'),
    ['6:57: environments.prod.gates.canary.metrics[1].name is the name of an earlier metric, too: "a".'],
  ],
  [
    'thresholds the wrong way round',
    withGates('canary: { pass: 70, marginal: 80, metrics: [{ name: a, file: f }] }'),
    ['6:37: environments.prod.gates.canary.marginal must not be above pass, 80 against 70.'],
  ],
  [
    'weights that do not add up',
    withGates(
      'canary: { groups: { a: 50, b: 40 }, metrics: [{ name: x, group: a, file: f }, { name: y, group: b, file: g }] }',
    ),
    ['6:17: environments.prod.gates.canary.groups must add up to 100, not 90.'],
  ],
  [
    'weights that leave nothing',
    withGates(
      'canary: { groups: { a: 100 }, metrics: [{ name: x, group: a, file: f }, { name: y, file: g }] }',
    ),
    [
      '6:17: environments.prod.gates.canary.groups must leave something of 100 for "default"; they add up to 100.',
    ],
  ],
  [
    'a weight of an unknown group',
    withGates(
      'canary: { groups: { eror: 50 }, metrics: [{ name: x, group: error, file: f }, { name: y, file: g }] }',
    ),
    [
      '6:33: environments.prod.gates.canary.groups.eror weighs a group that no metric is in. Did you mean "error"?',
    ],
  ],
  [
    'a period that ends before it starts',
    withGates('canary: { from: 1h, to: 2h, metrics: [{ name: a, file: f }] }'),
    ['6:23: environments.prod.gates.canary.from must come before to.'],
  ],
  [
    'a start that is no time',
    withGates('canary: { from: yesterday, metrics: [{ name: a, file: f }] }'),
    [
      '6:23: environments.prod.gates.canary.from must be an instant such as 2026-12-01T09:00:00Z, a duration such as 1h, or now, not "yesterday".',
    ],
  ],
  [
    'instants the wrong way round',
    withGates(
      'canary: { from: "2026-12-02T00:00:00Z", to: "2026-12-01T00:00:00+01:00", metrics: [{ name: a, file: f }] }',
    ),
    ['6:23: environments.prod.gates.canary.from must come before to.'],
  ],
  [
    'a step of nothing',
    withGates('canary: { step: 0s, metrics: [{ name: a, file: f }] }'),
    ['6:23: environments.prod.gates.canary.step must be longer than nothing.'],
  ],
];

describe('a canary that is wrong', () => {
  it.each(CASES)('is told of: %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
