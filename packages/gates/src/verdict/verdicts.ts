import type { EvidenceFacts, Json, Verdict } from './verdict.ts';

/** More entries than a reader takes in; how many there are is told beside them. */
export const MAX_NAMED = 20;

/** Names from outside are cut here, so that a reason stays a sentence. */
const MAX_NAME_LENGTH = 200;

/** Says that the evidence is there and speaks for it. */
export function pass(reason: string, evidence: EvidenceFacts): Verdict {
  return { verdict: 'pass', reason, evidence };
}

/** Says that the evidence is there and speaks against it. */
export function fail(reason: string, evidence: EvidenceFacts): Verdict {
  return { verdict: 'fail', reason, evidence };
}

/** Says that it cannot be told; it stops like a failure. */
export function cannotTell(reason: string, evidence: EvidenceFacts = {}): Verdict {
  return { verdict: 'error', reason, evidence };
}

/** A long list as evidence: its first entries. */
export function firstOf<T extends Json>(list: readonly T[]): readonly T[] {
  return list.slice(0, MAX_NAMED);
}

/** A long list in a sentence: `a, b and 3 more`. */
export function enumerate(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map(shorten);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Several sentences as one reason, the first of them where they are many. */
export function joinSentences(sentences: readonly string[], most = 3): string {
  const shown = sentences.slice(0, most).map(shorten);
  const more = sentences.length - shown.length;
  return more > 0 ? `${shown.join(' ')} (${more} more)` : shown.join(' ');
}

/** A text from outside as it may stand in evidence: on one line, without control characters, and cut where it is long. */
export function shorten(text: string): string {
  const cut = text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH)}…` : text;
  return wellFormed(cut.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, ' '));
}

/** A number of things: `1 test`, `2 tests`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** A text that UTF-8 can hold: halves of characters are replaced. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
