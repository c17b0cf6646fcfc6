import type { Verdict } from '../verdict/verdict.ts';
import type { VerifiedRecord } from './verified-record.ts';

/** What is withdrawn from an environment after its newest record. */
export function withdrawnOf(head: VerifiedRecord | undefined): ReadonlySet<string> {
  return new Set(head?.record.withdrawn);
}

/** What is in an artifact, and what is in what was withdrawn: a digest is not gone around by an index around it. */
export interface HeldContent {
  /** Digests of the images in the artifact's index; none of what is no index. */
  readonly images: readonly string[];
  /** Digests of the images in withdrawn indexes, by the index' digest. */
  readonly withdrawnImages: ReadonlyMap<string, readonly string[]>;
}

const NO_CONTENT: HeldContent = { images: [], withdrawnImages: new Map() };

/**
 * Whether a digest may come in: not where a rollback withdrew it, unless it is released by this run. Withdrawn are with
 * an index the images in it; an index that holds what was withdrawn, or nothing but images of what was, is it by another
 * name. One image of several may be as it was: what is new beside it may be the mending.
 */
export function judgeHold(
  digest: string,
  head: VerifiedRecord | undefined,
  isReleased: boolean,
  content: HeldContent = NO_CONTENT,
): Verdict {
  const fact = findHold(digest, withdrawnOf(head), content);
  const isHeld = fact !== undefined;
  const evidence = { withdrawn: isHeld, released: isHeld && isReleased };
  if (!isHeld) return { verdict: 'pass', reason: 'No rollback has withdrawn it.', evidence };
  const { environment } = head?.record ?? {};
  if (isReleased) {
    return { verdict: 'pass', reason: `${fact(undefined)}, and it is released now.`, evidence };
  }
  return { verdict: 'fail', reason: `${fact(environment ?? 'here')}.`, evidence };
}

/** How a digest is withdrawn, as a sentence from somewhere without its end; `undefined` where it is not. */
function findHold(
  digest: string,
  withdrawn: ReadonlySet<string>,
  { images, withdrawnImages }: HeldContent,
): ((environment: string | undefined) => string) | undefined {
  const from = (environment: string | undefined): string =>
    environment === undefined ? '' : ` from ${environment}`;
  if (withdrawn.has(digest)) return (environment) => `A rollback withdrew it${from(environment)}`;
  const held = images.find((image) => withdrawn.has(image));
  if (held !== undefined) return (environment) => `A rollback withdrew ${held} in it${from(environment)}`;
  const whole = [...withdrawnImages].find(
    ([index, parts]) =>
      withdrawn.has(index) &&
      (parts.includes(digest) || (images.length > 0 && images.every((image) => parts.includes(image)))),
  );
  if (whole === undefined) return undefined;
  const [index, parts] = whole;
  const what = parts.includes(digest) ? 'it' : 'all images in it';
  return (environment) => `A rollback withdrew ${what} with ${index}${from(environment)}`;
}

/** What is withdrawn after this promotion: all that was, without what is released by coming in again. */
export function withdrawnAfterPromotion(digest: string, head: VerifiedRecord | undefined): readonly string[] {
  return [...withdrawnOf(head)].filter((one) => one !== digest).toSorted();
}

/** What is withdrawn after this rollback: all that was, and what has been taken out; never what was put back. */
export function withdrawnAfterRollback(
  taken: readonly string[],
  back: string,
  head: VerifiedRecord | undefined,
): readonly string[] {
  return [...new Set([...withdrawnOf(head), ...taken])].filter((one) => one !== back).toSorted();
}
