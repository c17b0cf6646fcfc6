/** Longer words are not compared: nobody mistypes them by a few letters, and the work stays bounded. */
const MAX_WORD_LENGTH = 100;

/**
 * Finds what someone most likely meant by a word that is not known: "Did you mean …?".
 *
 * Compares without case by Damerau-Levenshtein distance (optimal string alignment). A word of 3 or 4 letters
 * may be one letter off, up to 7 letters two, longer ones three; so that nothing far-fetched is suggested.
 * Of equally near candidates the first wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const typed = word.toLowerCase();
  let limit = tolerance(typed.length);
  let best: string | undefined;
  for (const candidate of candidates) {
    if (limit < 0) break;
    if (Math.abs(candidate.length - typed.length) > limit) continue;
    const distance = editDistance(typed, candidate.toLowerCase(), limit);
    if (distance > limit || distance >= candidate.length) continue;
    best = candidate;
    limit = distance - 1;
  }
  return best;
}

function tolerance(length: number): number {
  if (length < 3) return 0;
  if (length < 5) return 1;
  return length < 8 ? 2 : 3;
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours, each costing one; `limit + 1` as soon as it is
 * sure to be above the limit.
 */
function editDistance(from: string, to: string, limit: number): number {
  if (limit === 0) return from === to ? 0 : 1;
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
      current.push(distance);
      if (distance < least) least = distance;
    }
    // A swap may still win back one against the row before.
    if (least > limit + 1) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
