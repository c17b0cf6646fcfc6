import { describe, expect, it } from '@jest/globals';
import { judgeVersion } from '../src/version-facts.ts';

const none = { given: undefined, gitTag: undefined, made: undefined };

describe('judgeVersion', () => {
  it.each([
    ['what was given', 'pep440', { ...none, given: '1.0-rc1', made: '9' }, '1.0rc1', true],
    ['the git tag', 'semver', { ...none, gitTag: 'v2.1.0', made: '2.1' }, '2.1.0', false],
    ['the first tag', 'oci', { ...none, made: 'main-7' }, 'main-7', false],
    [
      'the first tag where the git tag is none',
      'semver',
      { ...none, gitTag: 'api/v1', made: '1.0.0-rc.1' },
      '1.0.0-rc.1',
      true,
    ],
    ['a git tag of Go', 'go', { ...none, gitTag: 'v1.2.3', made: '1.2.3' }, 'v1.2.3', false],
    ['a version for Go without its v', 'go', { ...none, given: '1.2.3' }, 'v1.2.3', false],
    ['a git tag of Maven without its v', 'maven', { ...none, gitTag: 'v1.0-SNAPSHOT' }, '1.0-SNAPSHOT', true],
    [
      'the git tag before what was given',
      'semver',
      { ...none, given: '1.0.0', gitTag: 'v2.1.0' },
      '2.1.0',
      false,
    ],
    [
      'what was given where the git tag is none',
      'oci',
      { ...none, given: '1.0.0', gitTag: 'nightly' },
      '1.0.0',
      false,
    ],
    ['nothing', 'semver', none, '', false],
    ['no branch', 'semver', { ...none, made: 'main' }, '', false],
  ] as const)('takes %s', (_, ecosystem, sources, normalized, isPrerelease) => {
    expect(judgeVersion(ecosystem, sources)).toMatchObject({ normalized, isPrerelease });
  });

  it('refuses a given version that is none, and warns of a git tag that is none', () => {
    expect(() => judgeVersion('semver', { ...none, given: '1.2' })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining('"1.2"') }),
    );
    expect(judgeVersion('pep440', { ...none, gitTag: 'nightly' }).warning).toContain('nightly');
    expect(judgeVersion('semver', { ...none, made: 'main' }).warning).toBeUndefined();
  });
});
