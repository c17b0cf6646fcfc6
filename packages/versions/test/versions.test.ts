import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chartTag,
  chartVersion,
  ECOSYSTEMS,
  isPseudoVersion,
  isSnapshot,
  parseVersion,
} from '../src/index.ts';

describe('parseVersion', () => {
  it.each([
    ['semver', '1.2.3', '1.2.3', false],
    ['semver', 'v1.2.3-rc.1', '1.2.3-rc.1', true],
    ['semver', '1.2.3+build.5', '1.2.3+build.5', false],
    ['npm', '=v1.2.3beta', '1.2.3-beta', true],
    ['npm', '1.2.3+build.5', '1.2.3', false],
    ['helm', '1.2.3+build.5', '1.2.3_build.5', false],
    ['helm', 'v1.2.3-alpha.1_build', '1.2.3-alpha.1_build', true],
    ['go', 'v1.2.3', 'v1.2.3', false],
    ['go', 'v2.0.0+incompatible', 'v2.0.0+incompatible', false],
    ['go', 'v0.0.0-20191109021931-daa7c04131f5', 'v0.0.0-20191109021931-daa7c04131f5', true],
    ['go', 'v1.2.3-pre.0.20191109021931-daa7c04131f5', 'v1.2.3-pre.0.20191109021931-daa7c04131f5', true],
    ['pep440', '1.0', '1.0', false],
    ['pep440', ' v1!01.0-RC.1 ', '1!1.0rc1', true],
    ['pep440', '1.0.dev', '1.0.dev0', true],
    ['pep440', '1.0-1', '1.0.post1', false],
    ['pep440', '1.0.post1.dev2', '1.0.post1.dev2', true],
    ['pep440', '1.0alpha+Ubuntu-1_2', '1.0a0+ubuntu.1.2', true],
    ['pep440', '1.0preview3', '1.0rc3', true],
    ['pep440', '1.0r', '1.0.post0', false],
    ['maven', '1.2.3', '1.2.3', false],
    ['maven', '1.2.3.RELEASE', '1.2.3.RELEASE', false],
    ['maven', '1.2.3-SNAPSHOT', '1.2.3-SNAPSHOT', true],
    ['maven', '1.0-m1', '1.0-m1', true],
    ['maven', '33.0.0-jre', '33.0.0-jre', false],
    ['maven', '6.0.0.Beta2', '6.0.0.Beta2', true],
    ['oci', 'v1.2.3-rc.1', '1.2.3-rc.1', true],
    ['oci', '1.2.3+build', '1.2.3-build', false],
    ['oci', 'main-4521', 'main-4521', false],
  ] as const)('reads by the rules of %s: %j is %j', (ecosystem, text, normalized, prerelease) => {
    expect(parseVersion(ecosystem, text)).toEqual({ valid: true, normalized, prerelease });
  });

  it.each([
    ['semver', '1.2'],
    ['semver', '2024.01.02'],
    ['npm', 'latest'],
    ['helm', '1'],
    ['go', '1.2.3'],
    ['go', 'vv1.2.3'],
    ['go', 'v1.2'],
    ['go', 'v1.0.0+incompatible'],
    ['go', 'v1.0.0+build'],
    ['pep440', 'main'],
    ['pep440', '1.0-x'],
    ['pep440', '1.0+'],
    ['maven', ''],
    ['maven', '1.0 beta'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Maven's, not ours.
    ['maven', '1-${revision}'],
    ['oci', '.hidden'],
    ['oci', 'a'.repeat(129)],
    ['oci', ''],
  ] as const)('is told by %s that %j is no version', (ecosystem, text) => {
    expect(parseVersion(ecosystem, text)).toMatchObject({ valid: false, reason: expect.any(String) });
  });

  it.each(ECOSYSTEMS)('normalises for %s what is normalised to itself', (ecosystem) => {
    const piece = fc.constantFrom(
      '1',
      '0',
      '02',
      '.',
      '-',
      '+',
      '_',
      'v',
      'rc',
      'a',
      'dev',
      'post',
      'SNAPSHOT',
      '!',
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (version) => {
        const once = parseVersion(ecosystem, version);
        if (!once.valid) return;
        expect(parseVersion(ecosystem, once.normalized)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });

  it.each(ECOSYSTEMS)('answers for %s about long hostile texts at once', (ecosystem) => {
    for (const text of ['1.'.repeat(50_000), '1-'.repeat(120), 'a'.repeat(250), `1${'-rc'.repeat(80)}!`]) {
      const started = performance.now();
      parseVersion(ecosystem, text);
      expect(performance.now() - started).toBeLessThan(100);
    }
  });
});

describe('the kinds of versions that ecosystems tell apart', () => {
  it.each([
    ['v0.0.0-20191109021931-daa7c04131f5', true],
    ['v1.2.4-0.20191109021931-daa7c04131f5', true],
    ['v2.0.1-0.20191109021931-daa7c04131f5+incompatible', true],
    ['v1.2.3-rc.1', false],
    ['v1.2.3', false],
  ])('says of %s whether Go made it of a commit: %s', (text, isPseudo) => {
    expect(isPseudoVersion(text)).toBe(isPseudo);
  });

  it.each([
    ['1.0-SNAPSHOT', true],
    ['1.0-20240102.030405-6', true],
    ['1.0-rc1', false],
  ])('says of %s whether Maven replaces it: %s', (text, is) => {
    expect(isSnapshot(text)).toBe(is);
  });

  it('turns the version of a chart into a tag and back', () => {
    expect(chartTag('1.2.3+a.b')).toBe('1.2.3_a.b');
    expect(chartVersion('1.2.3_a.b')).toBe('1.2.3+a.b');
  });
});
