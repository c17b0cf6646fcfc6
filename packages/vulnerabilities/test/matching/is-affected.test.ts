import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAdvisory, type VersionOrder } from '../../src/index.ts';
import { isAffected, type Verdict } from '../../src/matching/is-affected.ts';
import { eventOf } from '../support/advisories.ts';

function verdictOf(
  version: string,
  of: {
    readonly ranges?: readonly (readonly string[])[];
    readonly versions?: readonly string[];
    readonly type?: string;
    readonly order?: VersionOrder;
    readonly hasUnknownEpoch?: boolean;
  },
): Verdict {
  const { affected } = parseAdvisory({
    id: 'A-1',
    affected: [
      {
        package: { ecosystem: 'npm', name: 'a' },
        ranges: (of.ranges ?? []).map((events) => ({
          type: of.type ?? 'ECOSYSTEM',
          events: events.map(eventOf),
        })),
        versions: of.versions,
      },
    ],
  });
  const [entry] = affected;
  if (entry === undefined) throw new TypeError('The record has no entry.');
  return isAffected(entry, {
    version,
    order: of.order ?? 'semver',
    hasUnknownEpoch: of.hasUnknownEpoch === true,
  });
}

const all = (
  verdicts: Readonly<Record<string, Verdict>>,
): readonly (readonly [version: string, verdict: Verdict])[] => Object.entries(verdicts);
const yes = 'affected';
const no = 'unaffected';
const open = 'undecided';

describe('one entry of a record (OSV schema, "Evaluation")', () => {
  it.each([
    {
      name: 'a fix is exclusive',
      of: { ranges: [['introduced 1.0.0', 'fixed 1.2.0']] },
      are: { '0.9.9': no, '1.0.0': yes, '1.1.9': yes, '1.2.0-rc.1': yes, '1.2.0': no, '2.0.0': no },
    },
    {
      name: 'the last affected version is inclusive',
      of: { ranges: [['introduced 1.0.0', 'last_affected 1.2.0']] },
      are: { '0.9.9': no, '1.0.0': yes, '1.2.0': yes, '1.2.1': no },
    },
    {
      name: '"0" is before everything, prereleases of 0 too',
      of: { ranges: [['introduced 0', 'fixed 1.0.0']] },
      are: { '0.0.0-alpha': yes, '0.0.0': yes, '1.0.0': no },
    },
    {
      name: 'without a fix everything from there on is affected',
      of: { ranges: [['introduced 2.0.0']] },
      are: { '1.9.9': no, '2.0.0': yes, '99.0.0': yes },
    },
    {
      name: 'events are sorted by version, in whichever order they stand',
      of: { ranges: [['fixed 3.1.0', 'introduced 1.0.0', 'introduced 3.0.0', 'fixed 1.2.0']] },
      are: { '0.1.0': no, '1.1.0': yes, '1.2.0': no, '2.9.0': no, '3.0.0': yes, '3.1.0': no },
    },
    {
      name: 'several ranges are a union',
      of: {
        ranges: [
          ['introduced 1.0.0', 'fixed 1.2.0'],
          ['introduced 2.0.0', 'fixed 2.2.0'],
        ],
      },
      are: { '1.1.0': yes, '1.5.0': no, '2.1.0': yes, '2.2.0': no },
    },
    {
      name: 'enumerated versions are affected beside the ranges',
      of: { ranges: [['introduced 2.0.0', 'fixed 2.1.0']], versions: ['1.5.0'] },
      are: { '1.5.0': yes, '1.5.1': no, '2.0.5': yes },
    },
    {
      name: 'enumerated versions alone decide',
      of: { versions: ['1.0.0', '1.0.1'] },
      are: { '1.0.0': yes, '1.0.2': no },
    },
    {
      name: 'an enumerated version may be spelled in another way',
      of: { versions: ['1.0.0'], order: 'pep440' as const },
      are: { '1.0': yes, v1: yes, '1.0.post1': no },
    },
    {
      name: 'what is at or above every limit is out of the range',
      of: { ranges: [['introduced 0', 'limit 2.0.0']] },
      are: { '1.9.0': yes, '2.0.0': no, '3.0.0': no },
    },
    {
      name: 'one of several limits suffices, and "*" is none',
      of: { ranges: [['introduced 0', 'limit 1.0.0', 'limit 2.0.0']] },
      are: { '1.5.0': yes, '2.5.0': no },
    },
    {
      name: 'the limit "*" is behind everything',
      of: { ranges: [['introduced 0', 'limit *']] },
      are: { '99.0.0': yes },
    },
    {
      name: 'what is fixed and introduced again at one version stays affected',
      of: { ranges: [['introduced 0', 'fixed 1.0.0', 'introduced 1.0.0', 'fixed 2.0.0']] },
      are: { '0.9.0': yes, '1.0.0': yes, '1.9.0': yes, '2.0.0': no },
    },
    {
      name: 'and in another order, too',
      of: { ranges: [['introduced 1.0.0', 'fixed 2.0.0', 'introduced 0', 'fixed 1.0.0']] },
      are: { '0.9.0': yes, '1.0.0': yes, '1.9.0': yes, '2.0.0': no },
    },
    {
      name: 'a range from a version to itself is empty',
      of: { ranges: [['introduced 1.0.0', 'fixed 1.0.0']] },
      are: { '0.9.0': no, '1.0.0': no, '1.1.0': no },
    },
    {
      name: 'a single version is introduced and last affected',
      of: { ranges: [['introduced 1.0.0', 'last_affected 1.0.0']] },
      are: { '0.9.9': no, '1.0.0': yes, '1.0.1': no },
    },
    {
      name: 'ranges of commits decide nothing, beside versions',
      of: { ranges: [['introduced 0']], type: 'GIT', versions: ['1.0.0'] },
      are: { '1.0.0': yes, '2.0.0': no },
    },
    {
      name: 'ranges of commits alone leave it open',
      of: { ranges: [['introduced 0']], type: 'GIT' },
      are: { '1.0.0': open },
    },
    { name: 'nothing at all leaves it open', of: {}, are: { '1.0.0': open } },
    {
      name: 'a range of a kind that nobody knows leaves it open, unless another says yes',
      of: { ranges: [['introduced 0', 'fixed 9.0.0']], type: 'CALVER', versions: ['1.0.0'] },
      are: { '1.0.0': yes, '2.0.0': open },
    },
    {
      name: 'a range that begins nowhere leaves it open',
      of: { ranges: [['fixed 1.0.0']] },
      are: { '0.1.0': open },
    },
    {
      name: 'an event of a kind that nobody knows leaves it open',
      of: { ranges: [['introduced 0', 'superseded 1.0.0']] },
      are: { '0.1.0': open },
    },
    {
      name: 'a version that is none is not unaffected',
      of: { ranges: [['introduced 0', 'fixed 1.0.0']] },
      are: { '(devel)': open, latest: open },
    },
    {
      name: 'a version that is none is affected where all are',
      of: { ranges: [['introduced 0']] },
      are: { '(devel)': yes },
    },
    {
      name: 'a fix that is no version leaves it open',
      of: { ranges: [['introduced 0', 'fixed soon']] },
      are: { '1.0.0': open },
    },
    {
      name: 'SEMVER goes by SemVer, whatever the ecosystem',
      of: { ranges: [['introduced 0', 'fixed 1.0.0']], type: 'SEMVER', order: 'maven' as const },
      are: { '1.0.0-sp': yes },
    },
    {
      name: 'ECOSYSTEM goes by the ecosystem: a service pack comes after its release',
      of: { ranges: [['introduced 0', 'fixed 1.0.0']], order: 'maven' as const },
      are: { '1.0.0-sp': no, '1.0.0-alpha': yes },
    },
    {
      name: 'an epoch comes before everything else',
      of: { ranges: [['introduced 0', 'fixed 1:1.0-1']], order: 'rpm' as const },
      are: { '2.0-1': yes, '1:0.9-1': yes, '1:1.0-1': no, '2:0.1-1': no },
    },
    {
      name: 'an epoch that nobody knows does not count',
      of: { ranges: [['introduced 0', 'fixed 4:1.0-2']], order: 'rpm' as const, hasUnknownEpoch: true },
      are: { '1.0-1': yes, '1.0-2': no, '2.0-1': no },
    },
  ] satisfies readonly {
    readonly name: string;
    readonly of: Parameters<typeof verdictOf>[1];
    readonly are: Readonly<Record<string, Verdict>>;
  }[])('$name', ({ of, are }) => {
    expect(all(are).map(([version]) => [version, verdictOf(version, of)])).toEqual(all(are));
  });

  /** Sorted pairs of begin and end, half-open or closed, that do not touch each other. */
  const intervals = fc
    .uniqueArray(fc.nat({ max: 60 }), { minLength: 2, maxLength: 10 })
    .map((numbers) => numbers.sort((a, b) => a - b))
    .map((numbers) =>
      Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => ({
        from: numbers[2 * i] ?? 0,
        to: numbers[2 * i + 1] ?? 0,
      })),
    );

  it('agrees with intervals, in whichever order their events stand', () => {
    fc.assert(
      fc.property(
        intervals,
        fc.boolean(),
        fc.nat({ max: 61 }),
        fc.infiniteStream(fc.nat()),
        (ranges, isClosed, at, seeds) => {
          const events = ranges.flatMap(({ from, to }) => [
            `introduced 1.${from}.0`,
            `${isClosed ? 'last_affected' : 'fixed'} 1.${to}.0`,
          ]);
          const shuffled = events
            .map((event) => ({ event, key: seeds.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ event }) => event);
          const isIn = ranges.some(({ from, to }) => from <= at && (isClosed ? at <= to : at < to));
          expect(verdictOf(`1.${at}.0`, { ranges: [shuffled] })).toBe(isIn ? yes : no);
        },
      ),
    );
  });
});
