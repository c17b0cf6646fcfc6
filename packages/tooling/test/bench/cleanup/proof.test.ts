import { describe, expect, it } from '@jest/globals';
import { prove } from '../../../src/bench/cleanup/proof/prove.ts';
import { PROOF_SCENARIOS } from '../../../src/bench/cleanup/proof/scenarios/index.ts';

describe('cleaning up breaks nothing that stays', () => {
  it.each(PROOF_SCENARIOS)('$name', async (scenario) => {
    // Of the requests after which runs are killed every fifth; `npm run bench -- cleanup` takes all.
    const result = await prove(scenario, 5);
    expect(result).toMatchObject({
      brokenTags: [],
      lostReferrers: [],
      left: [],
      wronglyGone: [],
      differences: [],
    });
    expect(result.gone).toBeGreaterThan(0);
  });
});
