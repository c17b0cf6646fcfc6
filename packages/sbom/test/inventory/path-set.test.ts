import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ownPaths } from '../../src/inventory/owned-paths.ts';
import { PathSet } from '../../src/inventory/path-set.ts';

describe('a set of paths', () => {
  // The first question of the process: nothing is remembered of an earlier one.
  it('holds the empty path', () => {
    const set = new PathSet();
    set.add('');
    expect(set.has('')).toBe(true);
  });

  it('holds what a Set of strings holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (added, asked) => {
        const set = new PathSet();
        const plain = new Set(added);
        for (const path of added) set.add(path);
        expect(set.size).toBe(plain.size);
        for (const path of [...added, ...asked]) expect(set.has(path)).toBe(plain.has(path));
      }),
    );
  });

  it('tells 200,000 paths apart that differ in little', () => {
    const set = new PathSet();
    for (let number = 0; number < 200_000; number++) set.add(`usr/share/doc/${number}/copyright`);
    expect(set.size).toBe(200_000);
    for (let number = 0; number < 200_000; number += 997) {
      expect(set.has(`usr/share/doc/${number}/copyright`)).toBe(true);
      expect(set.has(`usr/share/doc/${number}/copyrigh`)).toBe(false);
    }
  });

  it('takes owned paths with and without a leading slash', () => {
    const owned = ownPaths(['/usr/bin/env', 'bin/sh']);
    expect(owned.has('usr/bin/env')).toBe(true);
    expect(owned.has('bin/sh')).toBe(true);
    expect(owned.has('/usr/bin/env')).toBe(false);
  });
});
