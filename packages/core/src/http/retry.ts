import type { HttpMethod } from './types.ts';

/** How often and how patiently a request is made again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** The ceiling of the first wait; it doubles with each attempt. */
  readonly baseMilliseconds: number;
  /** The ceiling no wait grows past. */
  readonly capMilliseconds: number;
  /** All waits of one request together; who is asked to wait longer gives up at once. */
  readonly patienceMilliseconds: number;
}

/** The default policy. */
export const RETRY_POLICY: RetryPolicy = {
  // Six attempts bridge the seconds a registry's front end needs to move its traffic (regclient, oras: the same).
  attempts: 6,
  baseMilliseconds: 500,
  capMilliseconds: 30_000,
  // GitHub's secondary limits ask for 60 s, several times at worst; a runner costs money while it waits.
  patienceMilliseconds: 300_000,
};

/** A server that says "too many" without saying how long means longer than one that stumbled. */
const THROTTLED_FACTOR = 4;

/** 5xx that say what the server will never do, not that it failed: another attempt changes nothing. */
const LASTING_SERVER_ERRORS: ReadonlySet<number> = new Set([501, 505, 506, 508, 510, 511]);

/** What an attempt came to, as far as it matters for the next. */
export type AttemptResult =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: number | undefined }
  | {
      readonly kind: 'failure';
      /** Whether the same attempt could fare better later. */
      readonly lasting: boolean;
      /** Whether the server surely saw nothing of the request. */
      readonly unsent: boolean;
      /** Whether only a kept connection had gone: then there is nothing to wait for. */
      readonly stale: boolean;
    };

/** What to do after an attempt. */
export type RetryDecision =
  | { readonly kind: 'settle' }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  /** The server asks to wait longer than this request may. */
  | { readonly kind: 'give-up'; readonly milliseconds: number };

const SETTLE: RetryDecision = { kind: 'settle' };

/** What the decision depends on. */
export interface RetrySituation {
  readonly method: HttpMethod;
  /** What the caller said of repeating; `undefined`: go by the method. */
  readonly retry: boolean | undefined;
  /** The attempt that was just made, from 1. */
  readonly attempt: number;
  /** What is left of the patience, in milliseconds. */
  readonly patience: number;
  readonly result: AttemptResult;
}

/**
 * Decides whether an attempt is made again, and after which wait: full jitter between 0 and a doubling ceiling,
 * so that many clients do not come back together; on top of `Retry-After` where the server says so.
 */
export function decideRetry(
  situation: RetrySituation,
  policy: RetryPolicy,
  random: () => number,
): RetryDecision {
  const { result, attempt, patience } = situation;
  if (attempt >= policy.attempts || !isWorthRepeating(result) || !mayRepeat(situation)) return SETTLE;
  const asked = result.kind === 'answer' ? result.retryAfter : undefined;
  if (asked !== undefined && asked > patience) return { kind: 'give-up', milliseconds: asked };
  if (result.kind === 'failure' && result.stale) return { kind: 'wait', milliseconds: 0 };
  if (patience <= 0) return SETTLE;
  const factor = isThrottled(result) && asked === undefined ? THROTTLED_FACTOR : 1;
  const ceiling = Math.min(policy.capMilliseconds, policy.baseMilliseconds * factor * 2 ** (attempt - 1));
  const milliseconds = Math.round((asked ?? 0) + random() * ceiling);
  return { kind: 'wait', milliseconds: Math.min(milliseconds, patience) };
}

/** Whether a status says that the host has too much to do, so that less should be asked of it at once. */
export function isCongestion(status: number): boolean {
  return status === 429 || status === 503;
}

function isThrottled(result: AttemptResult): boolean {
  return result.kind === 'answer' && isCongestion(result.status);
}

function isWorthRepeating(result: AttemptResult): boolean {
  if (result.kind === 'failure') return !result.lasting;
  const { status } = result;
  return status === 408 || status === 429 || (status >= 500 && !LASTING_SERVER_ERRORS.has(status));
}

function mayRepeat({ method, retry, result }: RetrySituation): boolean {
  if (retry !== undefined) return retry;
  if (method !== 'POST' && method !== 'PATCH') return true;
  return result.kind === 'failure' ? result.unsent : result.status === 429;
}
