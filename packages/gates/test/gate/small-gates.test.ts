import { parseGates } from '@artifact-lifecycle/core/policy';
import { type GateSettings, judgePlatforms, judgeSoak } from '@artifact-lifecycle/gates';
import { describe, expect, it } from '@jest/globals';

describe('judgePlatforms', () => {
  it.each([
    { name: 'all there', require: ['linux/amd64'], found: ['linux/arm64', 'linux/amd64'], verdict: 'pass' },
    { name: 'one missing', require: ['linux/amd64', 'linux/arm64'], found: ['linux/amd64'], verdict: 'fail' },
    { name: 'any variant', require: ['linux/arm'], found: ['linux/arm/v6'], verdict: 'pass' },
    { name: 'another variant', require: ['linux/arm/v7'], found: ['linux/arm/v6'], verdict: 'fail' },
    {
      name: 'an implied variant that is left out',
      require: ['linux/arm64/v8'],
      found: ['linux/arm64'],
      verdict: 'pass',
    },
    {
      name: 'an implied variant that is written',
      require: ['linux/arm64'],
      found: ['linux/arm64/v8'],
      verdict: 'pass',
    },
    {
      name: 'a variant that is not implied',
      require: ['linux/amd64/v3'],
      found: ['linux/amd64'],
      verdict: 'fail',
    },
    { name: 'a longer name', require: ['linux/arm'], found: ['linux/arm64'], verdict: 'fail' },
    { name: 'another system', require: ['windows/amd64'], found: ['linux/amd64'], verdict: 'fail' },
    { name: 'no platform at all', require: ['linux/amd64'], found: [], verdict: 'error' },
  ])('with $name: $verdict', ({ require, found, verdict }) => {
    expect(judgePlatforms({ require }, { kind: 'index', platforms: found }).verdict).toBe(verdict);
  });

  it('names what is missing and what is there', () => {
    const evidence = { kind: 'image', platforms: ['linux/amd64'] } as const;
    expect(judgePlatforms({ require: ['linux/arm64', 'linux/amd64'] }, evidence)).toMatchObject({
      reason: 'The image lacks linux/arm64; it holds 1 platform: linux/amd64.',
      evidence: { missing: ['linux/arm64'], found: ['linux/amd64'] },
    });
  });
});

function soak(text: string): GateSettings<'soak'> {
  const { soak: settings } = parseGates(`soak: ${text}`, 'gates');
  if (settings === undefined) throw new Error('There is no soak.');
  return settings;
}

describe('judgeSoak', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const entry = (signedAt: string | undefined) => ({
    environment: 'staging',
    record: 'sha256:1',
    signedAt: signedAt === undefined ? undefined : Date.parse(signedAt),
  });

  it.each([
    {
      name: 'to the millisecond',
      entry: entry('2026-11-29T12:00:00Z'),
      verdict: 'pass',
      reason: 'It has been in staging for 1 d, since 2026-11-29T12:00:00.000Z; 1d are asked for.',
    },
    {
      name: 'a millisecond too short',
      entry: entry('2026-11-29T12:00:00.001Z'),
      verdict: 'fail',
      reason:
        'It has been in staging for 23 h 59 min only, since 2026-11-29T12:00:00.001Z; 1d are asked for, which is in 1 s.',
    },
    {
      name: 'long enough',
      entry: entry('2026-11-20T07:30:00Z'),
      verdict: 'pass',
      reason: 'It has been in staging for 10 d 4 h, since 2026-11-20T07:30:00.000Z; 1d are asked for.',
    },
    {
      name: 'just come in',
      entry: entry('2026-11-30T12:00:00Z'),
      verdict: 'fail',
      reason:
        'It has been in staging for 0 s only, since 2026-11-30T12:00:00.000Z; 1d are asked for, which is in 1 d.',
    },
    {
      name: 'yet to come',
      entry: entry('2026-11-30T12:00:01Z'),
      verdict: 'error',
      reason: 'It came into staging at 2026-11-30T12:00:01.000Z, which is yet to come: a clock is wrong.',
    },
    {
      name: 'of a time that nobody trusted tells',
      entry: entry(undefined),
      verdict: 'error',
      reason: 'Nobody who is trusted says when it came into staging.',
    },
    {
      name: 'without a record',
      entry: undefined,
      verdict: 'error',
      reason: 'No verified record tells when it came into the environment before.',
    },
  ])('of a promotion $name: $verdict', ({ entry: came, verdict, reason }) => {
    expect(judgeSoak(soak('24h'), { entry: came, now })).toMatchObject({ verdict, reason });
  });
});
