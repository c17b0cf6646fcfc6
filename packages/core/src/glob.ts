/** Is there an `{…}` in `{…}` in … deeper than this, somebody plays: the parser recurses once a level. */
const MAX_BRACE_DEPTH = 8;

/** A set of code points, `[a-z_]` or, negated, `[!a-z_]`. */
interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [number, number])[];
}

/**
 * One step of the automaton a glob becomes (K. Thompson, "Regular Expression Search Algorithm", 1968):
 * all states are followed at once, so no input makes it try again.
 */
type Step =
  | { readonly kind: 'character'; readonly codePoint: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  /** Any character; without `slash`, any but `/`. */
  | { readonly kind: 'any'; readonly slash: boolean }
  /** Goes on at each of these steps without reading. */
  | { readonly kind: 'fork'; readonly targets: readonly number[] }
  | { readonly kind: 'accept' };

const SLASH = 0x2f;

/** Thrown inside the parser only, with the half-sentence of {@link globProblem}. */
class GlobSyntaxError extends Error {}

/** What is wrong with a glob, as a half-sentence, or `undefined`. */
export function globProblem(text: string): string | undefined {
  try {
    parseGlob(text);
    return undefined;
  } catch (error) {
    if (error instanceof GlobSyntaxError) return error.message;
    throw error;
  }
}

/** Compiles a glob that has no {@link globProblem} to a matcher of whole values. */
export function compileGlob(text: string): (value: string) => boolean {
  const steps = parseGlob(text);
  return (value) => accepts(steps, value);
}

function parseGlob(text: string): readonly Step[] {
  const steps: Step[] = [];
  const characters = Array.from(text);
  const end = parseSequence(characters, 0, steps, 0);
  if (end < characters.length) throw new GlobSyntaxError(`has a "${characters[end]}" that nothing opens`);
  steps.push({ kind: 'accept' });
  return steps;
}

/** Parses up to the end, or inside braces up to `,` or `}`; gives the index where it stopped. */
function parseSequence(characters: readonly string[], start: number, steps: Step[], depth: number): number {
  let index = start;
  while (index < characters.length) {
    const character = characters[index];
    if (character === undefined || character === '}' || (character === ',' && depth > 0)) return index;
    if (character === '*') index = parseStars(characters, index, steps);
    else if (character === '[') index = parseSet(characters, index, steps);
    else if (character === '{') index = parseBraces(characters, index, steps, depth + 1);
    else if (character === '?') {
      steps.push({ kind: 'any', slash: false });
      index += 1;
    } else {
      const [literal, next] = readLiteral(characters, index);
      steps.push({ kind: 'character', codePoint: literal });
      index = next;
    }
  }
  return index;
}

function parseStars(characters: readonly string[], start: number, steps: Step[]): number {
  let end = start;
  while (characters[end] === '*') end += 1;
  const slash = end - start > 1;
  const at = steps.length;
  if (slash && (start === 0 || characters[start - 1] === '/') && characters[end] === '/') {
    // A segment `**` and its slash: any number of segments, also none.
    steps.push({ kind: 'fork', targets: [at + 1, at + 5] });
    steps.push({ kind: 'fork', targets: [at + 2, at + 4] });
    steps.push({ kind: 'any', slash: true });
    steps.push({ kind: 'fork', targets: [at + 1] });
    steps.push({ kind: 'character', codePoint: SLASH });
    return end + 1;
  }
  steps.push({ kind: 'fork', targets: [at + 1, at + 3] });
  steps.push({ kind: 'any', slash });
  steps.push({ kind: 'fork', targets: [at] });
  return end;
}

function parseBraces(characters: readonly string[], start: number, steps: Step[], depth: number): number {
  if (depth > MAX_BRACE_DEPTH) throw new GlobSyntaxError(`has braces more than ${MAX_BRACE_DEPTH} deep`);
  const fork = steps.length;
  const alternatives: number[] = [];
  const exits: number[] = [];
  steps.push({ kind: 'fork', targets: alternatives });
  let index = start;
  do {
    alternatives.push(steps.length);
    index = parseSequence(characters, index + 1, steps, depth);
    exits.push(steps.length);
    steps.push({ kind: 'fork', targets: [] });
  } while (characters[index] === ',');
  if (characters[index] !== '}') throw new GlobSyntaxError('has a "{" that nothing closes');
  for (const exit of exits) steps[exit] = { kind: 'fork', targets: [steps.length] };
  steps[fork] = { kind: 'fork', targets: alternatives };
  return index + 1;
}

function parseSet(characters: readonly string[], start: number, steps: Step[]): number {
  let index = start + 1;
  const negated = characters[index] === '!' || characters[index] === '^';
  if (negated) index += 1;
  const ranges: (readonly [number, number])[] = [];
  // As everywhere in globs, a bracket that comes first is a member of the set: `[]a]`.
  while (index < characters.length && (characters[index] !== ']' || ranges.length === 0)) {
    const [low, afterLow] = readLiteral(characters, index);
    let high = low;
    index = afterLow;
    if (characters[index] === '-' && characters[index + 1] !== undefined && characters[index + 1] !== ']') {
      [high, index] = readLiteral(characters, index + 1);
      if (high < low) throw new GlobSyntaxError('has a range whose end comes before its start');
    }
    ranges.push([low, high]);
  }
  if (characters[index] !== ']') throw new GlobSyntaxError('has a "[" that nothing closes');
  steps.push({ kind: 'set', set: { negated, ranges } });
  return index + 1;
}

/** The code point at an index, or after its backslash, and the index behind it. */
function readLiteral(characters: readonly string[], index: number): readonly [number, number] {
  const escaped = characters[index] === '\\';
  const character = characters[escaped ? index + 1 : index];
  const codePoint = character?.codePointAt(0);
  if (codePoint === undefined) throw new GlobSyntaxError('ends in a "\\" that nothing follows');
  return [codePoint, escaped ? index + 2 : index + 1];
}

/** Follows all states at once: at most one visit of each step for each character of the value. */
function accepts(steps: readonly Step[], value: string): boolean {
  const seenAt = new Int32Array(steps.length).fill(-1);
  let states = reach(steps, [0], seenAt, 0);
  let position = 0;
  for (const character of value) {
    position += 1;
    const codePoint = character.codePointAt(0) ?? 0;
    const next = states.filter((state) => reads(steps[state], codePoint)).map((state) => state + 1);
    if (next.length === 0) return false;
    states = reach(steps, next, seenAt, position);
  }
  return states.some((state) => steps[state]?.kind === 'accept');
}

/** The reading and accepting steps that can be reached from some steps without reading. */
function reach(
  steps: readonly Step[],
  from: readonly number[],
  seenAt: Int32Array,
  position: number,
): number[] {
  const reached: number[] = [];
  const pending = [...from];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const step = steps[state];
    if (step === undefined || seenAt[state] === position) continue;
    seenAt[state] = position;
    if (step.kind === 'fork') pending.push(...step.targets);
    else reached.push(state);
  }
  return reached;
}

function reads(step: Step | undefined, codePoint: number): boolean {
  switch (step?.kind) {
    case 'character':
      return step.codePoint === codePoint;
    case 'any':
      return step.slash || codePoint !== SLASH;
    case 'set': {
      const listed = step.set.ranges.some(([low, high]) => low <= codePoint && codePoint <= high);
      return listed !== step.set.negated && codePoint !== SLASH;
    }
    default:
      return false;
  }
}
