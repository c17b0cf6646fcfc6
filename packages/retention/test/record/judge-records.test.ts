import type { Milliseconds, RetentionRule } from '@artifact-lifecycle/core/policy';
import type { PromotionRecord, VerifiedRecord } from '@artifact-lifecycle/gates';
import { type Digest, parseDigest } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import type { RetentionWorld } from '../../src/policy/retention-decision.ts';
import { judgeRecords } from '../../src/record/judge-records.ts';
import { DAY, image, NOW, world } from '../support/image.ts';

/** A duration as the policy file is read. */
function days(count: number): Milliseconds {
  return (count * DAY) as Milliseconds;
}

/** A digest of one letter: `a` is sha256:aaaa…. */
function digestOf(letter: string): Digest {
  return parseDigest(`sha256:${letter.repeat(64)}`, 'test');
}

interface Came {
  readonly of: string;
  readonly days: number;
  readonly withdrawn?: readonly string[];
}

let number = 0;
function recordOf({ of, days, withdrawn = [] }: Came): VerifiedRecord {
  number += 1;
  const record: Partial<PromotionRecord> = {
    environment: 'production',
    time: new Date(NOW - days * DAY).toISOString(),
    withdrawn: withdrawn.map(digestOf),
  };
  return {
    manifest: parseDigest(`sha256:${number.toString(16).padStart(64, '0')}`, 'test'),
    subject: digestOf(of),
    record: record as PromotionRecord,
    signedAt: undefined,
    signer: undefined,
  };
}

interface Facts {
  readonly chain?: readonly Came[];
  readonly carried?: readonly Came[];
  readonly rule?: Partial<RetentionRule>;
}

/** What is kept, with the second sentence of why. */
function kept(its: Facts, more: Partial<RetentionWorld> = {}) {
  const records = (its.chain ?? []).map(recordOf);
  const holds = judgeRecords(
    {
      name: 'production',
      rule: its.rule === undefined ? undefined : { since: 'pushed', ...its.rule },
      chain: its.chain === undefined ? undefined : { records, end: { kind: 'enough' } },
      carried: (its.carried ?? []).map(recordOf),
    },
    {
      ...world(more),
      imageOf: (digest) => image(digest, ['feature-x'], 400, { digest, pulledAt: NOW - 5 * DAY }),
    },
  );
  return Object.fromEntries(
    [...holds].map(([digest, { rule, reason }]) => {
      expect(rule).toBe('environment production');
      expect(reason).toMatch(/^The environment production keeps it: record sha256:[0-9a-f]{64}\. /);
      return [digest.slice(7, 8), reason.replace(/^.*?record \S+\. /, '')];
    }),
  );
}

const NOW_THERE = 'It is there now.';
const BACK = 'A rollback may go back to it.';
const OVER = 'The history that a rollback reads leads over it.';

interface Row {
  readonly name: string;
  readonly its: Facts;
  readonly more?: Partial<RetentionWorld>;
  readonly keeps: Readonly<Record<string, string>>;
}

const ROWS: readonly Row[] = [
  { name: 'without a record is nothing', its: { chain: [], rule: { keep: 'forever' } }, keeps: {} },
  {
    name: 'is what is there and what a rollback goes back to, though no retention is named',
    its: {
      chain: [
        { of: 'c', days: 1 },
        { of: 'b', days: 300 },
      ],
      carried: [
        { of: 'b', days: 300 },
        { of: 'a', days: 400 },
      ],
    },
    keeps: { c: NOW_THERE, b: BACK },
  },
  {
    name: 'is the last that was not withdrawn, and what the history leads over',
    its: {
      chain: [
        { of: 'd', days: 1, withdrawn: ['c', 'b'] },
        { of: 'c', days: 2 },
        { of: 'b', days: 3 },
        { of: 'a', days: 300 },
      ],
    },
    keeps: { d: NOW_THERE, c: OVER, b: OVER, a: BACK },
  },
  {
    name: 'is what is there though it is withdrawn: nothing else is',
    its: {
      chain: [
        { of: 'b', days: 1, withdrawn: ['b'] },
        { of: 'a', days: 2 },
      ],
    },
    keeps: { b: NOW_THERE, a: BACK },
  },
  {
    name: 'counts what came in twice once',
    its: {
      carried: [
        { of: 'b', days: 1 },
        { of: 'b', days: 2 },
        { of: 'a', days: 3 },
        { of: 'c', days: 4 },
      ],
    },
    keeps: { b: NOW_THERE, a: BACK },
  },
  {
    name: 'is as many as keep-last says, for a rollback to any of them',
    its: {
      carried: ['e', 'd', 'c', 'b', 'a'].map((of, at) => ({ of, days: 100 * (at + 1) })),
      rule: { keepLast: 4 },
    },
    keeps: { e: NOW_THERE, d: BACK, c: BACK, b: BACK },
  },
  {
    name: 'with keep-last 1 is one more, to go back to',
    its: { carried: ['c', 'b', 'a'].map((of, at) => ({ of, days: 100 + at })), rule: { keepLast: 1 } },
    keeps: { c: NOW_THERE, b: BACK },
  },
  {
    name: 'is everything that ever came in, where it is kept forever',
    its: { carried: ['c', 'b', 'a'].map((of, at) => ({ of, days: 900 + at })), rule: { keep: 'forever' } },
    keeps: { c: NOW_THERE, b: BACK, a: 'What came in there is kept forever.' },
  },
  {
    name: 'counts days from the record, not from the push',
    its: {
      carried: [
        { of: 'd', days: 1 },
        { of: 'c', days: 2 },
        { of: 'b', days: 89 },
        { of: 'a', days: 91 },
      ],
      rule: { keep: days(90) },
    },
    keeps: { d: NOW_THERE, c: BACK, b: 'It came in 89 days ago, and stays for 90d.' },
  },
  {
    name: 'counts from the newest record of an image',
    its: {
      carried: [
        { of: 'd', days: 1 },
        { of: 'c', days: 2 },
        { of: 'a', days: 10 },
        { of: 'a', days: 300 },
      ],
      rule: { keep: days(90) },
    },
    keeps: { d: NOW_THERE, c: BACK, a: 'It came in 10 days ago, and stays for 90d.' },
  },
  {
    name: 'counts from the last pull where the policy does',
    its: {
      carried: ['c', 'b', 'a'].map((of, at) => ({ of, days: 100 + at })),
      rule: { keep: days(7), since: 'pulled' },
    },
    more: { tellsPullTime: true },
    keeps: {
      c: NOW_THERE,
      b: BACK,
      a: 'It was last pulled 5 days ago; its class is kept for 1w.',
    },
  },
  {
    name: 'lets go by delete-when, as its retention does everywhere',
    its: {
      carried: ['c', 'b', 'a'].map((of, at) => ({ of, days: 1 + at })),
      rule: { keep: days(90), deleteWhen: ['branch-gone'] },
    },
    more: { branches: new Set(['main']) },
    keeps: { c: NOW_THERE, b: BACK },
  },
  {
    name: 'is what a head that was moved back does not lead to, too: the newest is there',
    its: {
      chain: [
        { of: 'b', days: 30 },
        { of: 'a', days: 40 },
      ],
      carried: [
        { of: 'd', days: 1 },
        { of: 'c', days: 2 },
      ],
    },
    keeps: { d: NOW_THERE, c: BACK, b: NOW_THERE, a: BACK },
  },
  {
    name: 'takes what was released by coming in again for what a rollback may go back to',
    its: {
      chain: [{ of: 'a', days: 30, withdrawn: ['c'] }],
      carried: [
        { of: 'd', days: 1 },
        { of: 'c', days: 2 },
      ],
    },
    keeps: { d: NOW_THERE, c: BACK, a: NOW_THERE },
  },
];

describe('what an environment keeps by its records', () => {
  it.each(ROWS)('$name', ({ its, more, keeps }) => {
    expect(kept(its, more)).toEqual(keeps);
  });
});
