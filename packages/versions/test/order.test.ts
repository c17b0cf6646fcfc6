import { describe, expect, it } from '@jest/globals';
import { compareMaven, comparePep440, type Pep440Version, parsePep440 } from '../src/index.ts';

function pep440(text: string): Pep440Version {
  const version = parsePep440(text);
  if (version === undefined) throw new Error(`${text} is no version`);
  return version;
}

const ordered = (a: string, b: string): number => comparePep440(pep440(a), pep440(b));

describe('the order of versions', () => {
  // PEP 440, "Summary of permitted suffixes and relative ordering".
  const PEP_440 =
    '1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1 1!0.1';
  // Maven, "Version Order Specification".
  const MAVEN = '1-alpha 1-beta1 1-milestone 1-rc 1-snapshot 1 1-sp 1-foo 1-1 1.1 1.10 2';

  it.each([
    ['PEP 440', PEP_440, ordered],
    ['Maven', MAVEN, compareMaven],
  ])('is that of %s', (_, line, compare) => {
    const versions = line.split(' ');
    for (const [i, a] of versions.entries()) {
      for (const [j, b] of versions.entries())
        expect([a, b, Math.sign(compare(a, b))]).toEqual([a, b, Math.sign(i - j)]);
    }
  });

  it.each([
    ['1', '1.0.0'],
    ['1', '1-ga'],
    ['1.0', '1.final'],
    ['1a1', '1-alpha-1'],
    ['1-cr2', '1.rc2'],
  ])('of Maven takes %s for %s', (a, b) => {
    expect(compareMaven(a, b)).toBe(0);
  });

  it.each([
    ['1.0', '1.0.0'],
    ['1.0rc1', 'v1.0-RC.1'],
    ['1.0+ubuntu-1', '1.0+ubuntu.1'],
  ])('of Python takes %s for %s', (a, b) => {
    expect(ordered(a, b)).toBe(0);
  });
});
