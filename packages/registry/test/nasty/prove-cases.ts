import { describeCriterion, judge, TORTURE_SCENARIOS } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { quickClock } from '../remote/world.ts';
import { ownClient } from './client.ts';

/** Has this package play the scenarios of some cases, by their numbers. */
export function proveCases(first: number, last: number): void {
  const scenarios = TORTURE_SCENARIOS.filter(({ id }) => {
    const number = Number.parseInt(id, 10);
    return number >= first && number <= last;
  });
  describe('the client', () => {
    it.each(scenarios)('$id $name', async (scenario) => {
      const clock = quickClock();
      const verdict = await judge(scenario, ownClient(clock), clock);
      expect({ ...verdict, criterion: describeCriterion(scenario) }).toEqual({
        result: 'pass',
        criterion: describeCriterion(scenario),
      });
    });
  });
}
