import { TORTURE_SCENARIOS, type Verdict } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseClientsArguments } from '../../src/bench/clients/options.ts';
import { formatReasons, formatScenarios, formatScoreboard } from '../../src/bench/clients/scoreboard.ts';

const [first, second] = TORTURE_SCENARIOS;
if (first === undefined || second === undefined) throw new Error('There are no scenarios.');
const FAILED: Verdict = { result: 'fail', why: ['it fails'], log: 'could not\n' };
const scores = [
  {
    name: 'one',
    version: '1',
    verdicts: new Map<string, Verdict>([
      [first.id, { result: 'pass' }],
      [second.id, FAILED],
    ]),
  },
  {
    name: 'two',
    version: '2',
    verdicts: new Map<string, Verdict>([
      [first.id, { result: 'pass' }],
      [second.id, { result: 'n/a', why: ['cannot be told: referrers'] }],
    ]),
  },
];

describe('the scoreboard', () => {
  it('counts what was played, and nothing that cannot be', () => {
    expect(formatScoreboard([first, second], scores).split('\n')).toEqual([
      '| case | a client passes that … | one | two |',
      '| --- | --- | --- | --- |',
      `| 0a | ${first.name} | pass | pass |`,
      `| 0b | ${second.name} | **fail** | n/a |`,
      '|  | **passed** | **1 of 2** | **1 of 1** |',
    ]);
  });

  it('tells what is demanded, and by whom', () => {
    expect(formatScenarios([first]).split('\n').at(-1)).toBe(
      `| 0a | ${first.name} | ends well, and everything is there under the tag | distribution-spec |`,
    );
  });

  it('gives the criterion, the reasons and the log of each failure', () => {
    const text = formatReasons([first, second], scores);
    expect(text).toContain('0b one (ends well, and everything is there under the tag):');
    expect(text).toContain('  - it fails\n    could not');
    expect(text).not.toContain('two');
  });
});

describe('the arguments', () => {
  it.each([
    {
      name: 'nothing',
      args: [],
      expected: { only: [], cases: [], list: false, why: false, build: false, jobs: 2 },
    },
    {
      name: 'all of them',
      args: ['--only', 'crane, oras', '--cases', '6,7c', '--list', '--why', '--build', '--jobs', '4'],
      expected: { only: ['crane', 'oras'], cases: ['6', '7c'], list: true, why: true, build: true, jobs: 4 },
    },
    { name: 'a wish for help', args: ['--help'], expected: undefined },
  ])('are read: $name', ({ args, expected }) => {
    expect(parseClientsArguments(args)).toEqual(expected);
  });

  it.each([
    { name: 'a case that is none', args: ['--cases', 'all'] },
    { name: 'no jobs', args: ['--jobs', '0'] },
    { name: 'an unknown flag', args: ['--fast'] },
  ])('are refused: $name', ({ args }) => {
    expect(() => parseClientsArguments(args)).toThrow();
  });
});
