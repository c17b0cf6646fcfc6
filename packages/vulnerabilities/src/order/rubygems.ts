import { compareDigits, withoutZeros } from '@artifact-lifecycle/versions';
import { compareLists, compareTexts, defineOrder } from './order.ts';
import type { Identifier } from './semver.ts';

/** Gem::Version::VERSION_PATTERN, which asks for a dot before letters that old gems have not; a hyphen stands for `.pre.`. */
const FORM = /^\d[0-9A-Za-z]*(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** The order of Ruby's gems (Gem::Version): letters come before numbers, what is missing is 0. */
export const rubygems = defineOrder(readGem, (a, b) => compareLists(a, b, ZERO, compareSegments));

const ZERO: Identifier = { isNumber: true, text: '0' };

function readGem(text: string): readonly Identifier[] | undefined {
  const trimmed = text.trim();
  if (!FORM.test(trimmed)) return undefined;
  const segments = (trimmed.replaceAll('-', '.pre.').match(/\d+|[A-Za-z]+/g) ?? []).map((segment) => {
    const isNumber = /^\d/.test(segment);
    return { isNumber, text: isNumber ? withoutZeros(segment) : segment };
  });
  const firstWord = segments.findIndex(({ isNumber }) => !isNumber);
  const end = firstWord === -1 ? segments.length : firstWord;
  return [...withoutLastZeros(segments.slice(0, end)), ...withoutLastZeros(segments.slice(end))];
}

/** `1.0.a` is `1.a`: zeros go at the end of the numbers and at the end of the rest. */
function withoutLastZeros(segments: readonly Identifier[]): readonly Identifier[] {
  return segments.slice(0, segments.findLastIndex(({ isNumber, text }) => !isNumber || text !== '0') + 1);
}

function compareSegments(a: Identifier, b: Identifier): number {
  if (a.isNumber !== b.isNumber) return a.isNumber ? 1 : -1;
  return a.isNumber ? compareDigits(a.text, b.text) : compareTexts(a.text, b.text);
}
