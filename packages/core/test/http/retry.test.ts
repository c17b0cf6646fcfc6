import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AttemptResult, decideRetry, RETRY_POLICY, type RetrySituation } from '../../src/http/retry.ts';
import { readRetryAfter } from '../../src/http/retry-after.ts';

const MAXIMUM = (): number => 1;

function answer(status: number, retryAfter?: number): AttemptResult {
  return { kind: 'answer', status, retryAfter };
}

const broken: AttemptResult = { kind: 'failure', lasting: false, unsent: false, stale: false };

function decide(situation: Partial<RetrySituation>, random = MAXIMUM) {
  const whole = { method: 'GET', retry: undefined, attempt: 1, patience: 300_000, result: broken } as const;
  return decideRetry({ ...whole, ...situation }, RETRY_POLICY, random);
}

describe('a retry', () => {
  it.each([
    [200, 'settle'],
    [301, 'settle'],
    [400, 'settle'],
    [401, 'settle'],
    [404, 'settle'],
    [408, 'wait'],
    [409, 'settle'],
    [412, 'settle'],
    [416, 'settle'],
    [429, 'wait'],
    [500, 'wait'],
    [501, 'settle'],
    [502, 'wait'],
    [503, 'wait'],
    [504, 'wait'],
    [505, 'settle'],
    [520, 'wait'],
    [522, 'wait'],
  ])('after status %i: %s', (status, kind) => {
    expect(decide({ result: answer(status) }).kind).toBe(kind);
  });

  it.each([
    ['GET', undefined, broken, 'wait'],
    ['HEAD', undefined, broken, 'wait'],
    ['PUT', undefined, broken, 'wait'],
    ['DELETE', undefined, broken, 'wait'],
    ['POST', undefined, broken, 'settle'],
    ['PATCH', undefined, broken, 'settle'],
    ['POST', true, broken, 'wait'],
    ['PATCH', true, broken, 'wait'],
    ['GET', false, broken, 'settle'],
    ['PUT', false, answer(503), 'settle'],
    ['POST', undefined, { ...broken, unsent: true }, 'wait'],
    ['POST', false, { ...broken, unsent: true }, 'settle'],
    ['POST', undefined, answer(429), 'wait'],
    ['POST', undefined, answer(503), 'settle'],
    ['POST', true, answer(503), 'wait'],
    ['POST', false, answer(429), 'settle'],
    ['GET', true, { ...broken, lasting: true }, 'settle'],
  ] as const)('of %s with retry %s after %j: %s', (method, retry, result, kind) => {
    expect(decide({ method, retry, result }).kind).toBe(kind);
  });

  it('ends with the sixth attempt', () => {
    expect(decide({ attempt: 5 }).kind).toBe('wait');
    expect(decide({ attempt: 6 })).toEqual({ kind: 'settle' });
  });

  it('waits up to a ceiling that doubles', () => {
    const waits = [1, 2, 3, 4, 5].map((attempt) => decide({ attempt }));
    expect(waits).toEqual(
      [500, 1000, 2000, 4000, 8000].map((milliseconds) => ({ kind: 'wait', milliseconds })),
    );
    expect(decide({ attempt: 3 }, () => 0.25)).toEqual({ kind: 'wait', milliseconds: 500 });
    expect(decide({ attempt: 3 }, () => 0)).toEqual({ kind: 'wait', milliseconds: 0 });
  });

  it('waits longer where a server says "too many" without saying how long', () => {
    expect(decide({ result: answer(429) })).toEqual({ kind: 'wait', milliseconds: 2000 });
    expect(decide({ result: answer(503), attempt: 5 })).toEqual({ kind: 'wait', milliseconds: 30_000 });
  });

  it('waits at least as long as Retry-After asks', () => {
    expect(decide({ result: answer(429, 60_000) }, () => 0)).toEqual({ kind: 'wait', milliseconds: 60_000 });
    expect(decide({ result: answer(503, 60_000) })).toEqual({ kind: 'wait', milliseconds: 60_500 });
    expect(decide({ result: answer(429, 0) })).toEqual({ kind: 'wait', milliseconds: 500 });
  });

  it('is given up when Retry-After is past the patience', () => {
    expect(decide({ result: answer(429, 300_001) })).toEqual({ kind: 'give-up', milliseconds: 300_001 });
    expect(decide({ result: answer(429, 2000), patience: 1999 })).toEqual({
      kind: 'give-up',
      milliseconds: 2000,
    });
    expect(decide({ result: answer(429, 2000), patience: 2000 })).toEqual({
      kind: 'wait',
      milliseconds: 2000,
    });
  });

  it('comes at once where only a kept connection had gone', () => {
    expect(decide({ result: { ...broken, stale: true } })).toEqual({ kind: 'wait', milliseconds: 0 });
  });

  it('never waits past the patience, and never without an end', () => {
    const statuses = fc.constantFrom(408, 429, 500, 502, 503, 504);
    fc.assert(
      fc.property(
        statuses,
        fc.option(fc.nat(400_000), { nil: undefined }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(300_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (status, retryAfter, attempt, patience, random) => {
          const decision = decide({ result: answer(status, retryAfter), attempt, patience }, () => random);
          if (decision.kind === 'wait') {
            expect(decision.milliseconds).toBeLessThanOrEqual(patience);
            expect(decision.milliseconds).toBeGreaterThanOrEqual(retryAfter ?? 0);
            expect(attempt).toBeLessThan(RETRY_POLICY.attempts);
          }
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 8, 30, 12, 0, 0);

  it.each([
    ['seconds', '120', undefined, 120_000],
    ['zero', '0', undefined, 0],
    ['with blanks', ' 7 ', undefined, 7000],
    ['a date', 'Wed, 30 Sep 2026 12:02:00 GMT', undefined, 120_000],
    ['a date that is over', 'Wed, 30 Sep 2026 11:00:00 GMT', undefined, 0],
    ['a date of RFC 850', 'Wednesday, 30-Sep-26 12:02:00 GMT', undefined, 120_000],
    ['a date of asctime', 'Wed Sep 30 12:02:00 2026', undefined, 120_000],
    [
      'a date by a clock 20 min ahead',
      'Wed, 30 Sep 2026 12:22:00 GMT',
      'Wed, 30 Sep 2026 12:20:00 GMT',
      120_000,
    ],
    [
      'a date by a clock 20 min behind',
      'Wed, 30 Sep 2026 11:42:00 GMT',
      'Wed, 30 Sep 2026 11:40:00 GMT',
      120_000,
    ],
    ['a date next to a broken one', 'Wed, 30 Sep 2026 12:02:00 GMT', 'yesterday', 120_000],
    ['a number past every reason', '999999999999', undefined, 315_360_000_000],
    ['nothing', '', undefined, undefined],
    ['a negative number', '-1', undefined, undefined],
    ['a fraction', '1.5', undefined, undefined],
    ['a date that is none', 'Wed, 99 Foo 2026 12:02:00 GMT', undefined, undefined],
    ['a form only a browser reads', '2026-09-30T12:02:00Z', undefined, undefined],
    ['words', 'soon', undefined, undefined],
  ])('is read: %s', (_name, value, date, milliseconds) => {
    const headers = { 'retry-after': value, ...(date === undefined ? {} : { date }) };
    expect(readRetryAfter(headers, now)).toBe(milliseconds);
  });

  it('may be missing', () => {
    expect(readRetryAfter({}, now)).toBeUndefined();
  });

  it('is read from anything without failing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, date) => {
        const wait = readRetryAfter({ 'retry-after': value, date }, now);
        expect(wait === undefined || wait >= 0).toBe(true);
      }),
    );
  });
});
