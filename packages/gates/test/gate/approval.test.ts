import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type ApprovalEvidence,
  findApprovals,
  type GateSettings,
  judgeApproval,
  type RunReview,
} from '../../src/index.ts';

const PRODUCTION = {
  ...{ name: 'production', exists: true, reviewers: ['acme/release', 'jane'] },
  ...{ preventsSelfReview: false, waitTimer: 0 },
  branches: 'any',
} as const;

const IDS = ['jane', 'bob', 'eve', 'octocat'];
const by = (login: string, state: RunReview['state'] = 'approved', comment = ''): RunReview => ({
  ...{ login, state, comment },
  id: IDS.indexOf(login.toLowerCase()) + 1,
});

const evidenceOf = (more: Partial<ApprovalEvidence>): ApprovalEvidence => ({
  environment: PRODUCTION,
  run: { id: 42, attempt: 1, commit: 'a'.repeat(40) },
  reviews: [],
  maybeEarlier: 0,
  authors: [],
  isAuthorKnown: true,
  members: [],
  ...more,
});

interface Case extends Partial<ApprovalEvidence> {
  readonly name: string;
  readonly settings?: GateSettings<'approval'>;
  readonly verdict: 'pass' | 'fail' | 'error';
  readonly reason: string;
}

const RERUN = { id: 42, attempt: 2, commit: 'a'.repeat(40) };

describe('the gate approval', () => {
  it.each<Case>([
    {
      name: 'one who approved',
      reviews: [by('jane', 'approved', 'Ship it!')],
      verdict: 'pass',
      reason: 'Approved for production by jane; 1 approval for production is asked for.',
    },
    {
      name: 'nobody',
      verdict: 'fail',
      reason: '1 approval for production is asked for, and none counts.',
    },
    {
      name: 'a comment is no approval',
      reviews: [by('jane', 'pending')],
      verdict: 'fail',
      reason: '1 approval for production is asked for, and none counts.',
    },
    {
      name: 'a rejection, whoever else approves',
      reviews: [by('bob', 'rejected'), by('jane')],
      verdict: 'fail',
      reason: 'bob rejected it for production.',
    },
    {
      name: 'the same one twice where two are asked for',
      settings: { atLeast: 2 },
      reviews: [by('jane'), by('Jane')],
      verdict: 'fail',
      reason: '2 approvals for production are asked for, and only jane approved.',
    },
    {
      name: 'two where two are asked for',
      settings: { atLeast: 2 },
      reviews: [by('jane'), by('bob')],
      verdict: 'pass',
      reason: 'Approved for production by bob, jane; 2 approvals for production are asked for.',
    },
    {
      name: 'the author, who may where nobody says otherwise',
      reviews: [by('octocat')],
      authors: ['octocat'],
      verdict: 'pass',
      reason: 'Approved for production by octocat; 1 approval for production is asked for.',
    },
    {
      name: 'the author, who may not',
      settings: { notTheAuthor: true },
      reviews: [by('Octocat')],
      authors: ['octocat'],
      verdict: 'fail',
      reason: '1 approval for production is asked for, and none counts; Octocat may not.',
    },
    {
      name: 'an author whom nobody knows, who may not',
      settings: { notTheAuthor: true },
      reviews: [by('jane')],
      isAuthorKnown: false,
      verdict: 'error',
      reason:
        "The address of the commit's author belongs to nobody on GitHub: whether the author approved cannot be told.",
    },
    {
      name: 'an author whom nobody knows, who may',
      reviews: [by('jane')],
      isAuthorKnown: false,
      verdict: 'pass',
      reason: 'Approved for production by jane; 1 approval for production is asked for.',
    },
    {
      name: 'one who is not listed',
      settings: { users: ['bob'] },
      reviews: [by('jane')],
      verdict: 'fail',
      reason: '1 approval for production is asked for, and none counts; jane may not.',
    },
    {
      name: 'one who is listed in another case',
      settings: { users: ['JANE'] },
      reviews: [by('jane')],
      verdict: 'pass',
      reason: 'Approved for production by jane; 1 approval for production is asked for.',
    },
    {
      name: 'one of a team',
      settings: { users: ['bob'], teams: ['release'] },
      reviews: [by('jane')],
      members: [{ team: 'release', login: 'Jane' }],
      verdict: 'pass',
      reason: 'Approved for production by jane; 1 approval for production is asked for.',
    },
    {
      name: 'one of another team',
      settings: { teams: ['release'] },
      reviews: [by('jane')],
      members: [{ team: 'docs', login: 'jane' }],
      verdict: 'fail',
      reason: '1 approval for production is asked for, and none counts; jane may not.',
    },
    {
      name: 'an environment that nobody guards, though somebody approved',
      environment: { ...PRODUCTION, reviewers: [] },
      reviews: [by('jane')],
      verdict: 'error',
      reason: 'The environment production has no required reviewers: nobody is asked.',
    },
    {
      name: 'an environment that is not there',
      environment: { ...PRODUCTION, exists: false, reviewers: [] },
      verdict: 'error',
      reason: 'There is no environment production: nobody is asked.',
    },
    {
      name: 'an approval that may be of the attempt before',
      run: RERUN,
      reviews: [by('jane')],
      maybeEarlier: 1,
      verdict: 'error',
      reason:
        '1 approval for production is asked for, and those by jane may be of an earlier attempt than 2, which GitHub does not tell: start a new run instead.',
    },
    {
      name: 'the same one in both attempts',
      run: RERUN,
      reviews: [by('jane'), by('jane')],
      maybeEarlier: 1,
      verdict: 'pass',
      reason: 'Approved for production by jane; 1 approval for production is asked for.',
    },
    {
      name: 'one in each attempt: whoever it was, somebody did',
      run: RERUN,
      reviews: [by('jane'), by('bob')],
      maybeEarlier: 1,
      verdict: 'pass',
      reason: 'Approved for production by bob, jane; 1 approval for production is asked for.',
    },
    {
      name: 'one in each attempt where two are asked for',
      settings: { atLeast: 2 },
      run: RERUN,
      reviews: [by('jane'), by('bob')],
      maybeEarlier: 1,
      verdict: 'error',
      reason:
        '2 approvals for production are asked for, and those by bob, jane may be of an earlier attempt than 2, which GitHub does not tell: start a new run instead.',
    },
    {
      name: 'one in each attempt of which one is the author',
      settings: { notTheAuthor: true },
      run: RERUN,
      reviews: [by('jane'), by('octocat')],
      authors: ['octocat'],
      maybeEarlier: 1,
      verdict: 'error',
      reason:
        '1 approval for production is asked for, and those by jane may be of an earlier attempt than 2, which GitHub does not tell: start a new run instead.',
    },
  ])('$name', ({ settings = {}, verdict, reason, name: _name, ...more }) => {
    expect(judgeApproval(settings, evidenceOf(more))).toMatchObject({ verdict, reason });
  });

  it('tells who approved, each once, and how it is protected', () => {
    const reviews = [by('jane'), by('jane', 'approved', 'fine'), by('bob', 'approved', 'ok'), by('eve')];
    const evidence = evidenceOf({ reviews });
    const settings = { users: ['bob', 'jane'] };
    const approvals = [
      { login: 'bob', id: 2, comment: 'ok' },
      { login: 'jane', id: 1, comment: 'fine' },
    ];
    expect(findApprovals(settings, evidence)).toEqual(approvals);
    expect(judgeApproval(settings, evidence).evidence).toEqual({
      environment: {
        ...{ name: 'production', reviewers: ['acme/release', 'jane'], preventsSelfReview: false },
        ...{ waitTimer: 0, branches: 'any' },
      },
      ...{ run: 42, attempt: 1, commit: 'a'.repeat(40), atLeast: 1 },
      approvals,
      notCounted: ['eve'],
      maybeEarlier: 0,
    });
  });

  it('passes only what holds whichever reviews are of earlier attempts', () => {
    const logins = fc.array(fc.constantFrom(...IDS), { maxLength: 6 });
    fc.assert(
      fc.property(logins, fc.nat(6), fc.integer({ min: 1, max: 3 }), (names, maybeEarlier, atLeast) => {
        const reviews = names.map((login) => by(login));
        const verdict = judgeApproval({ atLeast }, evidenceOf({ reviews, maybeEarlier })).verdict;
        // By trying all: as many reviews as may be are taken away, in every way.
        const worst = subsets(names)
          .filter((kept) => kept.length >= names.length - maybeEarlier)
          .map((kept) => new Set(kept).size);
        expect(verdict === 'pass').toBe(Math.min(...worst) >= atLeast);
      }),
    );
  });
});

function subsets(names: readonly string[]): readonly (readonly string[])[] {
  const [first, ...rest] = names;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((others) => [others, [first, ...others]]);
}
