import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffInventories } from '../../src/diff/diff-inventories.ts';
import { inventories, makePackage } from '../support/inventories.ts';

const deb = (name: string, version: string, arch = 'amd64') =>
  makePackage('deb', name, { namespace: 'debian', version, qualifiers: { arch } });
const npm = (name: string, version: string, licence?: string) =>
  makePackage('npm', name, { version, licence });

describe('diffInventories', () => {
  it.each([
    {
      name: 'nothing',
      before: [npm('a', '1')],
      after: [npm('a', '1')],
      diff: { added: [], removed: [], changed: [], unchanged: 1 },
    },
    {
      name: 'a new version',
      before: [deb('libc6', '2.36-9')],
      after: [deb('libc6', '2.36-9+deb12u1')],
      diff: {
        added: [],
        removed: [],
        changed: [
          { type: 'deb', name: 'libc6', before: ['2.36-9'], after: ['2.36-9+deb12u1'], licences: undefined },
        ],
        unchanged: 0,
      },
    },
    {
      name: 'one of several versions',
      before: [npm('a', '1'), npm('a', '2')],
      after: [npm('a', '2'), npm('a', '3')],
      diff: {
        added: [],
        removed: [],
        changed: [{ type: 'npm', name: 'a', before: ['1'], after: ['3'], licences: undefined }],
        unchanged: 0,
      },
    },
    {
      name: 'a further version beside the old one',
      before: [npm('a', '1')],
      after: [npm('a', '1'), npm('a', '2')],
      diff: {
        added: [],
        removed: [],
        changed: [{ type: 'npm', name: 'a', before: [], after: ['2'], licences: undefined }],
        unchanged: 0,
      },
    },
    {
      name: 'another licence of the same version',
      before: [npm('a', '1', 'MIT')],
      after: [npm('a', '1', 'BUSL-1.1')],
      diff: {
        added: [],
        removed: [],
        changed: [
          {
            type: 'npm',
            name: 'a',
            before: [],
            after: [],
            licences: { before: ['MIT'], after: ['BUSL-1.1'] },
          },
        ],
        unchanged: 0,
      },
    },
    {
      name: 'packages that come and go, sorted',
      before: [npm('z', '1'), npm('old', '1', 'MIT')],
      after: [npm('z', '1'), npm('b', '1'), deb('b', '2'), npm('b', '2')],
      diff: {
        added: [
          { type: 'deb', name: 'b', versions: ['2'], licences: [] },
          { type: 'npm', name: 'b', versions: ['1', '2'], licences: [] },
        ],
        removed: [{ type: 'npm', name: 'old', versions: ['1'], licences: ['MIT'] }],
        changed: [],
        unchanged: 1,
      },
    },
    {
      name: 'no other package for another architecture',
      before: [deb('a', '1', 'amd64')],
      after: [deb('a', '1', 'arm64')],
      diff: { added: [], removed: [], changed: [], unchanged: 1 },
    },
    {
      name: 'an epoch of rpm',
      before: [makePackage('rpm', 'a', { version: '1-1', qualifiers: { epoch: '1' } })],
      after: [makePackage('rpm', 'a', { version: '1-1', qualifiers: { epoch: '2' } })],
      diff: {
        added: [],
        removed: [],
        changed: [{ type: 'rpm', name: 'a', before: ['1:1-1'], after: ['2:1-1'], licences: undefined }],
        unchanged: 0,
      },
    },
    {
      name: 'a prototype as a name',
      before: [],
      after: [npm('__proto__', '1')],
      diff: {
        added: [{ type: 'npm', name: '__proto__', versions: ['1'], licences: [] }],
        removed: [],
        changed: [],
        unchanged: 0,
      },
    },
  ])('sees $name', ({ before, after, diff }) => {
    expect(diffInventories(before, after)).toEqual(diff);
  });

  it('is nothing of the same, and mirrored the other way round', () => {
    fc.assert(
      fc.property(inventories, inventories, ({ packages: a }, { packages: b }) => {
        const same = diffInventories(a, a);
        expect([...same.added, ...same.removed, ...same.changed]).toEqual([]);
        const [there, back] = [diffInventories(a, b), diffInventories(b, a)];
        expect(back.added).toEqual(there.removed);
        expect(back.unchanged).toBe(there.unchanged);
        expect(back.changed.map(({ before }) => before)).toEqual(there.changed.map(({ after }) => after));
      }),
    );
  });
});
