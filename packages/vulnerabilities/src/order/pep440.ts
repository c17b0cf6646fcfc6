import { comparePep440, type Pep440Version, parsePep440 } from '@artifact-lifecycle/versions';
import { compareTexts, defineOrder } from './order.ts';

/** A version by PEP 440, or the parts of one from before it. */
type PythonVersion = Pep440Version | readonly string[];

/**
 * The order of Python's packages (PEP 440). Versions from before it, which the index still holds, come before all
 * others, among themselves as setuptools had them (packaging 21, `LegacyVersion`).
 */
export const pep440 = defineOrder<PythonVersion>((text) => parsePep440(text) ?? legacyParts(text), compare);

function compare(a: PythonVersion, b: PythonVersion): number {
  if (isLegacy(a)) return isLegacy(b) ? compareLegacy(a, b) : -1;
  return isLegacy(b) ? 1 : comparePep440(a, b);
}

function isLegacy(version: PythonVersion): version is readonly string[] {
  return Array.isArray(version);
}

const LEGACY_WORDS: ReadonlyMap<string, string> = new Map([
  ['pre', 'c'],
  ['preview', 'c'],
  ['-', 'final-'],
  ['rc', 'c'],
  ['dev', '@'],
]);

const FINAL = '*final';
const HYPHEN = '*final-';

/** Numbers were compared as texts of this length. */
const NUMBER_LENGTH = 8;
const ZERO = '0'.repeat(NUMBER_LENGTH);

function legacyParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (const piece of [...text.toLowerCase().split(/(\d+|[a-z]+|\.|-)/), 'final']) {
    if (piece === '' || piece === '.') continue;
    if (/^\d/.test(piece)) {
      parts.push(piece.padStart(NUMBER_LENGTH, '0'));
      continue;
    }
    const word = `*${LEGACY_WORDS.get(piece) ?? piece}`;
    if (word < FINAL) while (parts.at(-1) === HYPHEN) parts.pop();
    while (parts.at(-1) === ZERO) parts.pop();
    parts.push(word);
  }
  return parts;
}

/** Part by part; where one ends, it comes first. */
function compareLegacy(a: readonly string[], b: readonly string[]): number {
  for (const [i, left] of a.entries()) {
    const order = compareTexts(left, b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
