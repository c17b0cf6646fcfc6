import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareVersions, type VersionOrder } from '../../src/index.ts';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'] ?? '';
const TITLE = 'comparisons that package managers have made';

interface Line {
  readonly number: number;
  readonly a: string;
  readonly sign: string;
  readonly b: string;
}

function linesOf(file: string): readonly Line[] {
  return readFileSync(join(DATA, 'version-compare/scalibr', file), 'utf8')
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('# ') && !text.startsWith('// '))
    .map(({ text, number }) => {
      const [a = '', sign = '', b = '', ...rest] = text.split(' ');
      if (!['<', '=', '>'].includes(sign) || rest.length > 0) throw new Error(`${file}:${number}: ${text}`);
      return { number, a, sign, b };
    });
}

function signOf(order: number | undefined): string {
  return order === undefined ? '?' : order < 0 ? '<' : order > 0 ? '>' : '=';
}

const OPPOSITE: Readonly<Record<string, string>> = { '<': '>', '=': '=', '>': '<' };

// How many lines each file has: none is excepted, also of those that upstream calls invalid or disputed.
const FILES: readonly { file: string; order: VersionOrder; lines: number }[] = [
  { file: 'alpine-versions.txt', order: 'apk', lines: 778 },
  { file: 'alpine-versions-generated.txt', order: 'apk', lines: 13_979 },
  { file: 'cran-versions.txt', order: 'cran', lines: 21 },
  { file: 'cran-versions-generated.txt', order: 'cran', lines: 57 },
  { file: 'debian-versions.txt', order: 'dpkg', lines: 30 },
  { file: 'debian-versions-generated.txt', order: 'dpkg', lines: 14_442 },
  { file: 'hackage-versions.txt', order: 'hackage', lines: 11 },
  { file: 'maven-versions.txt', order: 'maven', lines: 102 },
  { file: 'maven-versions-generated.txt', order: 'maven', lines: 14_752 },
  { file: 'nuget-versions.txt', order: 'nuget', lines: 35 },
  { file: 'packagist-versions.txt', order: 'packagist', lines: 95 },
  { file: 'packagist-versions-generated.txt', order: 'packagist', lines: 10_630 },
  { file: 'pub-versions.txt', order: 'pub', lines: 100 },
  { file: 'pypi-versions.txt', order: 'pep440', lines: 37 },
  { file: 'pypi-versions-generated.txt', order: 'pep440', lines: 12_375 },
  { file: 'redhat-versions.txt', order: 'rpm', lines: 165 },
  { file: 'rubygems-versions.txt', order: 'rubygems', lines: 25 },
  { file: 'rubygems-versions-generated.txt', order: 'rubygems', lines: 4098 },
  { file: 'semver-versions.txt', order: 'go', lines: 86 },
  { file: 'semver-versions.txt', order: 'semver', lines: 86 },
];

(DATA === '' ? describe.skip : describe)(
  DATA === '' ? `${TITLE} (skipped: ARTIFACT_LIFECYCLE_DATA is not set)` : TITLE,
  () => {
    it.each(FILES)('$file is what the order $order gives, both ways', ({ file, order, lines }) => {
      const all = linesOf(file);
      const wrong = all.flatMap(({ number, a, sign, b }) => {
        const there = signOf(compareVersions(order, a, b));
        const back = signOf(compareVersions(order, b, a));
        return there === sign && back === OPPOSITE[sign]
          ? []
          : [`${number}: ${a} ${sign} ${b}, not ${there} and ${back}`];
      });
      expect({ lines: all.length, wrong }).toEqual({ lines, wrong: [] });
    });
  },
);
