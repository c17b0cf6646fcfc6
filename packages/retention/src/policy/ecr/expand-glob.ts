/** A pattern of alternatives that makes more texts than this would fill ECR's 50 rules anyway. */
const MAX_TEXTS = 64;

/**
 * Writes a glob of tags with no other wildcard than `*`: alternatives in braces become several texts.
 * `undefined` where that is not possible.
 */
export function expandGlob(glob: string): readonly string[] | undefined {
  const braces = findBraces(glob);
  if (braces !== undefined) {
    const { before, alternatives, after } = braces;
    const texts: string[] = [];
    for (const alternative of alternatives) {
      const expanded = expandGlob(`${before}${alternative}${after}`);
      if (expanded === undefined || texts.length + expanded.length > MAX_TEXTS) return undefined;
      texts.push(...expanded);
    }
    return [...new Set(texts)];
  }
  let text = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    if (character === '?' || character === '[') return undefined;
    if (character === '\\') {
      at += 1;
      // ECR knows no escapes; a tag cannot hold what would need one.
      if (!/[A-Za-z0-9_.-]/.test(glob.charAt(at))) return undefined;
      text += glob.charAt(at);
    } else if (character !== '*' || !text.endsWith('*')) text += character;
  }
  return [text];
}

/** The first braces that are not inside others, split at their own commas. */
function findBraces(
  glob: string,
): { readonly before: string; readonly alternatives: readonly string[]; readonly after: string } | undefined {
  let depth = 0;
  let start = -1;
  const cuts: number[] = [];
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '{') {
      if (depth === 0) start = at;
      depth += 1;
    } else if (character === ',' && depth === 1) cuts.push(at);
    else if (character === '}') {
      depth -= 1;
      if (depth > 0) continue;
      const ends = [...cuts, at];
      const starts = [start, ...cuts];
      return {
        before: glob.slice(0, start),
        alternatives: ends.map((end, index) => glob.slice((starts[index] ?? start) + 1, end)),
        after: glob.slice(at + 1),
      };
    }
  }
  return undefined;
}
