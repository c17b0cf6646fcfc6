/** `pr-7`, `pull-7-a1b2c3d`, `pr7`, `merge_7`: the number between separators. Linear in the tag. */
const PULL_REQUEST = /(?:^|[-_.])(?:pr|pull|merge|mr)[-_.]?([0-9]{1,10})(?=$|[-_.])/i;
const LEADING_NUMBER = /^([0-9]{1,10})(?=$|[-_.])/;

/**
 * The number of the pull request an image was built for, read from its tag.
 *
 * @param prefix the literal start of the pattern that the tag fits: `review-` of `review-*`.
 */
export function pullRequestOf(tag: string, prefix: string): number | undefined {
  const named = PULL_REQUEST.exec(tag)?.[1];
  if (named !== undefined) return Number(named);
  const isMeant = /(?:^|[-_.])(?:pr|pull|merge|mr|review|preview)[-_.]?$/i.test(prefix);
  const leading = isMeant ? LEADING_NUMBER.exec(tag.slice(prefix.length))?.[1] : undefined;
  return leading === undefined ? undefined : Number(leading);
}

/** Names of branches as tags hold them. */
export type BranchNames = ReadonlySet<string>;

/** What may not stand in a tag becomes a hyphen, as docker/metadata-action and most build scripts do it. */
export function branchNames(branches: Iterable<string>): BranchNames {
  return new Set(Array.from(branches, (branch) => branch.replace(/[^A-Za-z0-9._-]+/g, '-').toLowerCase()));
}

/**
 * Whether a branch that exists may be the one that an image was built from: the tag, or what follows the literal
 * start of the pattern that it fits, is its name, or starts with it (`main-4521`). Where two branches could be
 * meant, one that exists keeps the image.
 */
export function mayBeOfBranch(tag: string, prefix: string, branches: BranchNames): boolean {
  const text = tag.toLowerCase();
  return startsWithBranch(text, branches) || startsWithBranch(text.slice(prefix.length), branches);
}

function startsWithBranch(text: string, branches: BranchNames): boolean {
  if (branches.has(text)) return true;
  for (let at = 1; at < text.length; at += 1) {
    if (/[-_.]/.test(text.charAt(at)) && branches.has(text.slice(0, at))) return true;
  }
  return false;
}

/** The literal start of a glob: `feature-` of `feature-*`; nothing of a regular expression. */
export function literalPrefix(pattern: string): string {
  if (pattern.startsWith('/')) return '';
  return /^[^*?[{\\]*/.exec(pattern)?.[0] ?? '';
}
