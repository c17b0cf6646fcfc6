import { describe, expect, it } from '@jest/globals';
import { type GateResult, judgeOverride, overrideGates, stops } from '../../src/index.ts';

describe('breaking the glass', () => {
  const settings = { actors: ['Jane'], teams: ['acme/release', 'ops'] };
  const request = { reason: 'Production is down.', actor: 'jane', teams: [] };

  it.each([
    { name: 'an actor', request, by: 'actor' },
    { name: 'a member of a team', request: { ...request, actor: 'bob', teams: ['OPS'] }, by: 'team ops' },
  ])('$name may', ({ request: asked, by }) => {
    expect(judgeOverride(settings, asked)).toEqual({
      ...{ kind: 'granted', reason: 'Production is down.', actor: asked.actor, by },
    });
  });

  it.each([
    {
      name: 'nobody where the policy has none',
      settings: undefined,
      request,
      problem: "The environment's policy has no override: nobody may.",
    },
    {
      name: 'nobody without a reason',
      settings,
      request: { ...request, reason: ' \n' },
      problem: 'An override needs a reason.',
    },
    {
      name: 'nobody with an essay',
      settings,
      request: { ...request, reason: 'x'.repeat(1001) },
      problem: 'The reason of an override has at most 1000 characters, not 1001.',
    },
    {
      name: 'nobody else',
      settings,
      request: { ...request, actor: 'eve', teams: ['acme/docs'] },
      problem: 'eve may not override; the policy names Jane, team acme/release, team ops.',
    },
    {
      name: 'nobody unknown, whatever the teams',
      settings,
      request: { ...request, actor: '', teams: ['ops'] },
      problem: 'Somebody unknown may not override; the policy names Jane, team acme/release, team ops.',
    },
  ])('$name', ({ settings: given, request: asked, problem }) => {
    expect(judgeOverride(given, asked)).toEqual({ kind: 'refused', problem });
  });

  const result = (
    gate: GateResult['gate'],
    verdict: GateResult['verdict'],
    isWarning = false,
  ): GateResult => ({
    ...{ gate, verdict, isWarning, reason: 'It says so.', evidence: { seen: true } },
  });
  const granted = { kind: 'granted', reason: 'Down.', actor: 'jane', by: 'actor' } as const;

  it.each(['checks', 'tests', 'provenance', 'vulnerabilities', 'approval', 'soak', 'window'] as const)(
    'makes a warning of %s',
    (gate) => {
      const [overridden] = overrideGates([result(gate, 'fail')], granted);
      expect(overridden).toEqual({
        ...{ gate, verdict: 'overridden', isWarning: false },
        reason: 'Overridden by jane: It says so.',
        evidence: { seen: true, overridden: { by: 'jane', as: 'actor', verdict: 'fail' } },
      });
      expect(overridden === undefined || stops(overridden)).toBe(false);
    },
  );

  it.each(['signature', 'promote-from', 'hold'] as const)('never lifts %s', (gate) => {
    const before = [result(gate, 'fail'), result(gate, 'error')];
    expect(overrideGates(before, granted)).toEqual(before);
  });

  it('leaves alone what does not stop', () => {
    const before = [result('checks', 'pass'), result('soak', 'fail', true)];
    expect(overrideGates(before, granted)).toEqual(before);
  });

  it('lifts an error as it lifts a failure', () => {
    expect(overrideGates([result('approval', 'error')], granted)).toMatchObject([{ verdict: 'overridden' }]);
  });
});
