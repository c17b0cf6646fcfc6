import type { HttpMethod } from './types.ts';

/** What the client does, for a debug log. Every URL in it is redacted; headers do not occur. */
export type HttpTraceEvent =
  | {
      readonly kind: 'answer';
      readonly method: HttpMethod;
      readonly url: string;
      /** From 1. */
      readonly attempt: number;
      readonly status: number;
      /** From the start of the attempt to the head of its answer. */
      readonly milliseconds: number;
    }
  | {
      readonly kind: 'failure';
      readonly method: HttpMethod;
      readonly url: string;
      readonly attempt: number;
      readonly milliseconds: number;
      readonly reason: string;
    }
  | { readonly kind: 'wait'; readonly url: string; readonly milliseconds: number; readonly reason: string }
  | { readonly kind: 'redirect'; readonly status: number; readonly from: string; readonly to: string };

/** Writes an event as one line. */
export function describeTrace(event: HttpTraceEvent): string {
  switch (event.kind) {
    case 'answer':
      return `${event.method} ${event.url} ${event.status} ${event.milliseconds} ms${nth(event.attempt)}`;
    case 'failure':
      return `${event.method} ${event.url} failed after ${event.milliseconds} ms${nth(event.attempt)}: ${event.reason}`;
    case 'wait':
      return `waiting ${event.milliseconds} ms for ${event.url}: ${event.reason}`;
    case 'redirect':
      return `${event.status} from ${event.from} to ${event.to}`;
  }
}

function nth(attempt: number): string {
  return attempt > 1 ? ` (attempt ${attempt})` : '';
}
