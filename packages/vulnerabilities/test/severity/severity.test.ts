import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchAdvisories, type Rating, readComponent, scoreVector } from '../../src/index.ts';
import { advisoryOf, rangeOf } from '../support/advisories.ts';

describe('a CVSS vector', () => {
  // Scores of FIRST's own calculators and of its examples (CVSS v2 Guide §3.3, v3.1 Examples, v4.0 Examples).
  it.each([
    { vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:C', score: 7.8, severity: 'high' },
    { vector: 'AV:N/AC:L/Au:N/C:C/I:C/A:C', score: 10, severity: 'high' },
    { vector: '(AV:L/AC:H/Au:N/C:C/I:C/A:C)', score: 6.2, severity: 'medium' },
    { vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:N', score: 0, severity: 'none' },
    { vector: 'CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', score: 6.4, severity: 'medium' },
    { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', score: 10, severity: 'critical' },
    { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, severity: 'critical' },
    { vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', score: 3.1, severity: 'low' },
    { vector: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', score: 7.2, severity: 'high' },
    { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:N', score: 0, severity: 'none' },
    {
      vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H',
      score: 10,
      severity: 'critical',
    },
    {
      vector: 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
      score: 7.3,
      severity: 'high',
    },
    {
      vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N',
      score: 5.3,
      severity: 'medium',
    },
    {
      vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N/E:P',
      score: 2.1,
      severity: 'low',
    },
    { vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', score: 0, severity: 'none' },
  ])('has the score that FIRST calculates: $vector', ({ vector, score, severity }) => {
    expect(scoreVector(vector)).toMatchObject({ score, severity });
  });

  it.each([
    { name: 'nothing', vector: '' },
    { name: 'a number', vector: '9.8' },
    { name: 'a version that does not exist', vector: 'CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
    { name: 'a metric missing', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H' },
    { name: 'a value that does not exist', vector: 'CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
    { name: 'a metric that does not exist', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/ZZ:H' },
    { name: 'a metric twice', vector: 'CVSS:3.1/AV:N/AV:P/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
    { name: "another version's metrics", vector: 'CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
    { name: 'a base metric that is not defined', vector: 'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
    { name: 'a name of prototypes', vector: '__proto__' },
    { name: 'metrics of prototypes', vector: 'AV:N/AC:L/Au:N/C:N/I:N/A:C/constructor:x/__proto__:y' },
    {
      name: 'more than anybody writes',
      vector: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/${'E:X/'.repeat(200)}`,
    },
  ])('is none with $name', ({ vector }) => {
    expect(scoreVector(vector)).toBeUndefined();
  });

  it('gives a score from 0 to 10 or nothing, whatever it is', () => {
    const metric = fc.constantFrom(
      'AV:N',
      'AC:L',
      'AC:H',
      'PR:N',
      'UI:N',
      'S:U',
      'S:C',
      'C:H',
      'I:L',
      'A:N',
      'E:P',
      'AV:X',
      'Au:N',
      'x',
      'A:',
    );
    const vectors = fc
      .tuple(
        fc.constantFrom('CVSS:3.1/', 'CVSS:3.0/', 'CVSS:4.0/', ''),
        fc.array(fc.oneof(metric, fc.string({ maxLength: 6 })), { maxLength: 12 }),
      )
      .map(([prefix, metrics]) => prefix + metrics.join('/'));
    fc.assert(
      fc.property(vectors, (vector) => {
        const score = scoreVector(vector)?.score ?? 0;
        expect(score >= 0 && score <= 10).toBe(true);
      }),
    );
  });
});

const V2 = { type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' };
const V3_LOW = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N' };
const V3_HIGH = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' };
const V4 = { type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N' };

interface RecordFacts {
  readonly id?: string;
  readonly top?: Readonly<Record<string, unknown>>;
  readonly entry?: Readonly<Record<string, unknown>>;
}

function rate(...records: readonly RecordFacts[]): Rating | undefined {
  const advisories = records.map(({ id = 'GHSA-a', top, entry }) =>
    advisoryOf(id, [rangeOf('npm', 'a', ['introduced 0'], entry)], { aliases: ['CVE-2026-0001'], ...top }),
  );
  const { findings } = matchAdvisories([{ component: readComponent('pkg:npm/a@1.0.0'), advisories }]);
  return findings[0]?.rating;
}

describe('the rating of a finding', () => {
  it.each([
    {
      name: 'CVSS 4 before 3 and 2',
      top: { severity: [V2, V3_HIGH, V4] },
      is: { method: 'CVSS_V4', score: 5.3, severity: 'medium' },
    },
    {
      name: 'CVSS 3 before 2',
      top: { severity: [V2, V3_LOW] },
      is: { method: 'CVSS_V3', score: 3.1, severity: 'low' },
    },
    {
      name: "the package's own before the record's",
      top: { severity: [V4] },
      entry: { severity: [V3_HIGH] },
      is: { method: 'CVSS_V3', score: 7.2 },
    },
    {
      name: 'a vector before a word',
      top: { severity: [V3_LOW], database_specific: { severity: 'CRITICAL' } },
      is: { severity: 'low' },
    },
    {
      name: 'a vector before a scale of a distribution',
      top: { severity: [{ type: 'Ubuntu', score: 'high' }, V3_LOW] },
      is: { method: 'CVSS_V3' },
    },
    {
      name: 'a scale of a distribution',
      top: { severity: [{ type: 'Ubuntu', score: 'negligible' }] },
      is: { method: 'Ubuntu', severity: 'low', score: undefined },
    },
    {
      name: "the record's word",
      top: { database_specific: { severity: 'MODERATE' } },
      is: { method: 'stated', severity: 'medium' },
    },
    {
      name: "the package's word before the record's",
      top: { database_specific: { severity: 'LOW' } },
      entry: { ecosystem_specific: { urgency: 'high**' } },
      is: { severity: 'high' },
    },
    {
      name: 'a word where the vector is none',
      top: {
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }],
        database_specific: { severity: 'HIGH' },
      },
      is: { method: 'stated', severity: 'high' },
    },
    {
      name: 'nothing where nobody has rated it',
      top: {},
      is: { method: 'none', severity: 'unknown', score: undefined },
    },
    {
      name: 'nothing of what says that nobody has',
      top: { database_specific: { severity: 'not yet assigned' } },
      is: { severity: 'unknown' },
    },
    {
      name: 'none where the score is 0',
      top: { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:N' }] },
      is: { severity: 'none', score: 0 },
    },
  ])('takes $name', ({ top, entry, is }) => {
    expect(rate({ top, ...(entry === undefined ? {} : { entry }) })).toMatchObject(is);
  });

  it('takes of several records the strongest method', () => {
    const rating = rate(
      { id: 'A-1', top: { database_specific: { severity: 'CRITICAL' } } },
      { id: 'B-1', top: { severity: [V3_LOW] } },
    );
    expect(rating).toMatchObject({ severity: 'low', advisory: 'B-1' });
  });

  it('takes of several records with the same method the worst', () => {
    const records = [
      { id: 'A-1', top: { severity: [V3_LOW] } },
      { id: 'B-1', top: { severity: [V3_HIGH] } },
      { id: 'C-1', top: {} },
    ];
    expect(rate(...records)).toMatchObject({ severity: 'high', advisory: 'B-1' });
    expect(rate(...[...records].reverse())).toMatchObject({ severity: 'high', advisory: 'B-1' });
  });
});
