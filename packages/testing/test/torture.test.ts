import { describe, expect, it } from '@jest/globals';
import {
  abilitiesFor,
  describeCriterion,
  judge,
  TORTURE_SCENARIOS,
  type TortureClient,
} from '../src/index.ts';

const idle = (succeeded: boolean): TortureClient => ({
  abilities: new Set(['referrers', 'no-clobber', 'several destinations']),
  copy: async () => ({ succeeded, log: 'did nothing' }),
});

/** Where the destination has the image before anybody comes, so that to do nothing is to do right. */
const DONE_ALREADY = ['18a'];

describe('the scenarios', () => {
  it('have numbers of their own, in order, and say what they are', () => {
    const ids = TORTURE_SCENARIOS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })));
    for (const scenario of TORTURE_SCENARIOS) {
      expect(scenario.source).not.toBe('');
      expect(describeCriterion(scenario)).not.toBe('');
    }
  });

  it.each(TORTURE_SCENARIOS)('$id fails who says that all went well and did nothing', async (scenario) => {
    const { result } = await judge(scenario, idle(true));
    expect(result).toBe(DONE_ALREADY.includes(scenario.id) ? 'pass' : 'fail');
  });

  it.each(TORTURE_SCENARIOS.filter(({ outcome }) => outcome === 'copied'))(
    '$id fails who gives up at once',
    async (scenario) => {
      expect((await judge(scenario, idle(false))).result).toBe('fail');
    },
  );

  it('are not for clients that cannot be told what they ask for', async () => {
    const client = { ...idle(true), abilities: new Set<never>() };
    for (const scenario of TORTURE_SCENARIOS.filter((one) => abilitiesFor(one).length > 0)) {
      expect((await judge(scenario, client)).result).toBe('n/a');
    }
  });
});
