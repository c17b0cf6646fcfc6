/** Compiles an entry of `tagPatternList` to a matcher of whole tags: only `*` is special. Linear in the tag. */
export function compileEcrPattern(pattern: string): (tag: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (tag) => tag === pattern;
  return (tag) => {
    if (!tag.startsWith(head) || tag.length < head.length + tail.length || !tag.endsWith(tail)) return false;
    const end = tag.length - tail.length;
    let at = head.length;
    // The leftmost place of each part leaves the most room for the next ones.
    for (const part of rest) {
      const found = tag.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
