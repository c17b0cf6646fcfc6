import { findWeakenings, tightenGates } from '@artifact-lifecycle/gates';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GATE_RULES } from '../../src/tightening/gate-rules.ts';
import { gatePair, someGates, someWorld } from './arbitraries.ts';
import { judgeWorld } from './worlds.ts';

describe('tightenGates, whatever the settings', () => {
  it('leaves as they are the gates that are given twice', () => {
    fc.assert(fc.property(someGates, (gates) => expect(tightenGates(gates, gates)).toEqual(gates)));
  });

  it('leaves as they are the gates to which nothing is added', () => {
    fc.assert(fc.property(someGates, (gates) => expect(tightenGates(gates, {})).toEqual(gates)));
  });

  it('makes of what it tightened once the same again', () => {
    fc.assert(
      fc.property(gatePair, ({ policy, input }) => {
        if (findWeakenings(policy, input).length > 0) return;
        const tightened = tightenGates(policy, input);
        expect(findWeakenings(policy, tightened)).toEqual([]);
        expect(tightenGates(policy, tightened)).toEqual(tightened);
      }),
      { numRuns: 2000 },
    );
  });

  it('never lets pass what the policy stops', async () => {
    const seen = { stopped: 0, passed: 0, weakened: 0 };
    const gates = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        gatePair,
        fc.array(someWorld, { minLength: 4, maxLength: 4 }),
        async ({ policy, input }, worlds) => {
          if (findWeakenings(policy, input).length > 0) {
            seen.weakened++;
            return;
          }
          const tightened = tightenGates(policy, input);
          for (const world of worlds) {
            const before = await judgeWorld(policy, world);
            const after = await judgeWorld(tightened, world);
            for (const [gate, stops] of before) {
              if (stops) expect([gate, after.get(gate)]).toEqual([gate, true]);
              seen[stops ? 'stopped' : 'passed']++;
              gates.add(`${gate} ${stops ? 'stops' : 'passes'}`);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
    // A property that only sees weakenings, or only passing gates, proves nothing.
    expect(seen.weakened).toBeGreaterThan(200);
    expect(seen.stopped).toBeGreaterThan(200);
    expect(seen.passed).toBeGreaterThan(200);
    // Each gate passes and stops; chance may leave one of these out.
    expect(gates.size).toBeGreaterThanOrEqual(2 * Object.keys(GATE_RULES).length - 2);
  }, 120_000);
});
