import { describe, expect, it } from '@jest/globals';
import { holdsVersion } from '../../src/vex/version-range.ts';

describe('a range of versions', () => {
  it.each(
    [
      {
        range: 'vers:npm/>=1.0.0|<2.0.0',
        holds: ['1.0.0', '1.9.9'],
        holdsNot: ['0.9.9', '2.0.0', '1.0.0-rc.1'],
      },
      { range: 'vers:npm/<2.0.0|>=1.0.0', holds: ['1.0.0', '1.9.9'], holdsNot: ['0.9.9', '2.0.0'] },
      {
        range: 'vers:npm/<1.0.0|>=2.0.0|<3.0.0|>4.0.0',
        holds: ['0.1.0', '2.0.0', '2.9.0', '4.0.1'],
        holdsNot: ['1.0.0', '1.5.0', '3.0.0', '4.0.0'],
      },
      { range: 'vers:npm/1.0.0|2.0.0', holds: ['1.0.0', '2.0.0'], holdsNot: ['1.5.0', '3.0.0'] },
      { range: 'vers:npm/=1.0.0', holds: ['1.0.0'], holdsNot: ['1.0.1'] },
      { range: 'vers:npm/1.0.0|>=2.0.0', holds: ['1.0.0', '2.0.0', '3.0.0'], holdsNot: ['1.5.0'] },
      { range: 'vers:npm/!=1.5.0', holds: ['1.0.0'], holdsNot: ['1.5.0'] },
      { range: 'vers:npm/>=1.0.0|!=1.5.0|<=2.0.0', holds: ['1.4.0', '2.0.0'], holdsNot: ['1.5.0', '2.0.1'] },
      { range: 'vers:npm/*', holds: ['1.0.0'], holdsNot: [] },
      { range: 'vers:all/*', holds: ['anything'], holdsNot: [] },
      { range: 'vers:none/*', holds: [], holdsNot: ['1.0.0'] },
      { range: 'vers:npm/>= 1.0.0 | < 2.0.0', holds: ['1.5.0'], holdsNot: ['2.0.0'] },
      { range: 'vers:generic/>=1.0.0|<1.10.0', holds: ['1.9.0'], holdsNot: ['1.10.0'] },
      { range: 'vers:unheard-of/>=1.0.0', holds: [], holdsNot: ['1.5.0'] },
      { range: '<4.2', holds: [], holdsNot: ['4.1.0'] },
      { range: 'vers:npm/', holds: [], holdsNot: ['1.0.0'] },
      { range: 'vers:npm/>=%', holds: [], holdsNot: ['1.0.0'] },
      { range: `vers:npm/${'>=1.0.0|'.repeat(5000)}`, holds: [], holdsNot: ['1.5.0'] },
    ].map((row) => ({ ...row, name: row.range.slice(0, 60) })),
  )('$name', ({ range, holds, holdsNot }) => {
    expect(holds.filter((version) => !holdsVersion(range, 'npm', version))).toEqual([]);
    expect(holdsNot.filter((version) => holdsVersion(range, 'npm', version))).toEqual([]);
    const ofNone = holdsVersion(range, 'npm', undefined);
    expect(ofNone === true).toBe(range.endsWith('/*') && !range.includes('none'));
  });

  it.each([
    { name: 'words', range: '<4.2' },
    { name: 'a type without an order', range: 'vers:unheard-of/>=1.0.0' },
    { name: 'nothing', range: 'vers:npm/' },
    { name: 'a version that is none', range: 'vers:npm/>=one' },
  ])('$name tells neither that it holds a version nor that it does not', ({ range }) => {
    expect(holdsVersion(range, 'npm', '1.5.0')).toBeUndefined();
  });

  it.each([
    { type: 'deb', range: 'vers:deb/<1:2.0-1', version: '9.0-1' },
    { type: 'deb', range: 'vers:deb/>1.0%7Erc1', version: '1.0' },
    { type: 'pypi', range: 'vers:pypi/<2.0', version: '2.0.dev1' },
    { type: 'maven', range: 'vers:maven/<2.0', version: '2.0-rc1' },
    { type: 'golang', range: 'vers:golang/>=v1.0.0|<v2.0.0', version: 'v1.2.3' },
    { type: 'rpm', range: 'vers:generic/<2.0-1.el10', version: '2.0-1.el9' },
  ])('$range of $type has the order of its ecosystem', ({ type, range, version }) => {
    expect(holdsVersion(range, type, version)).toBe(true);
  });
});
