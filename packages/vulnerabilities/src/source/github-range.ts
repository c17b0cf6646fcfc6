import type { RangeEvent } from '../advisory/advisory.ts';

/** What a range of GitHub's is in OSV's words. */
export interface EventsOfRange {
  readonly events: readonly RangeEvent[];
  readonly versions: readonly string[];
}

/** A text that is no range. */
export class InvalidRange extends Error {}

const COMPARISON = /^(>=|<=|>|<|=)\s{0,8}([^\s,<>=]{1,256})$/;

/** The longest known has two comparisons. */
const MAX_LENGTH = 1024;

/**
 * Reads a range as GitHub writes it: `>= 1.0, < 2.0`, `<= 1.4.2`, `= 3.0` (GitHub Docs, "Browsing security advisories").
 * Versions are taken as they stand; who compares them knows their order.
 *
 * OSV has no word for "later than, not equal": `> 1.0` is taken as `>= 1.0`, one version too many rather than
 * one too few.
 *
 * @param patched the first version with the fix, which a range with `<=` does not say by itself.
 * @throws InvalidRange
 */
export function eventsOfRange(range: string, patched: string | undefined): EventsOfRange {
  if (range.length > MAX_LENGTH) throw new InvalidRange(range);
  let introduced: string | undefined;
  let fixed: string | undefined;
  let last: string | undefined;
  const versions: string[] = [];
  for (const part of range.split(',')) {
    const [, operator, version = ''] = COMPARISON.exec(part.trim()) ?? [];
    switch (operator) {
      case '=':
        versions.push(version);
        break;
      case '>':
      case '>=':
        if (introduced !== undefined) throw new InvalidRange(range);
        introduced = version;
        break;
      case '<':
        if (fixed !== undefined || last !== undefined) throw new InvalidRange(range);
        fixed = version;
        break;
      case '<=':
        if (fixed !== undefined || last !== undefined) throw new InvalidRange(range);
        last = version;
        break;
      default:
        throw new InvalidRange(range);
    }
  }
  const isBounded = introduced !== undefined || fixed !== undefined || last !== undefined;
  // A version by itself beside bounds would be a contradiction, or a word too much.
  if (versions.length > 0 && isBounded) throw new InvalidRange(range);
  if (!isBounded) return exactly(versions, patched);
  const events: RangeEvent[] = [{ kind: 'introduced', version: introduced ?? '0' }];
  if (fixed !== undefined) events.push({ kind: 'fixed', version: fixed });
  if (last !== undefined) events.push({ kind: 'last_affected', version: last });
  // With `<` the range itself says where it ends, and an earlier fix would cut it short; after `<=` a fix only tells.
  if (fixed === undefined && patched !== undefined) events.push({ kind: 'fixed', version: patched });
  return { events, versions: [] };
}

/** A single version as a range, too, so that its fix is known. */
function exactly(versions: readonly string[], patched: string | undefined): EventsOfRange {
  const [only] = versions;
  if (only === undefined || versions.length > 1 || patched === undefined) return { events: [], versions };
  const events: readonly RangeEvent[] = [
    { kind: 'introduced', version: only },
    { kind: 'last_affected', version: only },
    { kind: 'fixed', version: patched },
  ];
  return { events, versions };
}
