import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import type { JsonObject, Rejection } from './service.ts';
import type { LogEntry, ProofChanges, TransparencyLog } from './transparency-log.ts';

/** How what the log answers differs from what an honest one does. */
export interface LogChanges {
  readonly proof?: ProofChanges | undefined;
  /** Another time than that of the clock, in seconds since 1970. Signed as it is. */
  readonly integrated?: number | undefined;
  /** Rekor v1: no signed entry timestamp, or one over another entry. */
  readonly promise?: 'none' | 'broken' | undefined;
}

/** What a version of Rekor's API makes of a log. */
export interface LogFormat {
  /** Where entries are posted. */
  readonly path: string;
  readonly log: TransparencyLog;
  /**
   * Checks a request, and gives the bytes to enter.
   *
   * @throws Rejection for what does not verify
   */
  parse(request: JsonObject): Buffer;
  /** The refusal of a body that is no JSON object. */
  refuseBody(): Rejection;
  refuseDuplicate(entry: LogEntry): Rejection;
  /** The answer to a new entry. */
  answer(entry: LogEntry, changes: LogChanges): Answer;
  /** The entry as bundles have it: `TransparencyLogEntry` in protobuf's JSON. */
  toBundle(entry: LogEntry, changes: LogChanges): JsonObject;
  /** Seconds since 1970 that the log notes for a time in milliseconds. */
  integrationTime(now: number): number;
  /** Answers reads. */
  read(exchange: Exchange, changes: LogChanges): Answer | undefined;
}
