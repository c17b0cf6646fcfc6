import { describe, expect, it } from '@jest/globals';
import { isSameRelease } from '../../src/inventory/same-release.ts';

describe('isSameRelease', () => {
  it.each([
    { version: '1.26.12', packaged: '1.26.12-1+deb12u1', same: true },
    { version: '1.26.12', packaged: '1:1.26.12-1', same: true },
    { version: 'v7.2.4', packaged: '7.2.4-0', same: true },
    { version: '1.8.0_352', packaged: '1.8.0_352-b08', same: true },
    { version: '3.0', packaged: '3.0.20-1', same: true },
    { version: '1.26.1', packaged: '1.26.12-1', same: false },
    { version: '1.26.12', packaged: '1.26.1', same: false },
    { version: '11.0.0', packaged: '10.8.2-r0', same: false },
    { version: '1.0', packaged: undefined, same: false },
    { version: 'unstable', packaged: 'unstable', same: true },
    { version: 'unstable', packaged: '1.0', same: false },
  ])('takes $version and $packaged for one release: $same', ({ version, packaged, same }) => {
    expect(isSameRelease(version, packaged)).toBe(same);
  });
});
