import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type Json, writeCanonicalJson } from './canonical-json.ts';
import type { CheckpointSigner } from './checkpoint.ts';
import type { LogChanges, LogFormat } from './log-format.ts';
import { makeLogV1 } from './rekor-v1.ts';
import { makeLogV2 } from './rekor-v2.ts';
import { type JsonObject, Rejection, receiveJson, type Service, startService } from './service.ts';
import type { LogEntry } from './transparency-log.ts';

export interface RekorOptions {
  readonly version: 1 | 2;
  /** The log's name; `rekor-v1.test` or `rekor-v2.test` when absent. */
  readonly origin?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  readonly changes?: LogChanges | undefined;
  /**
   * Waited for before an entry is answered, as Rekor v2 waits for its next checkpoint: entries that came meanwhile
   * are in the same one.
   */
  readonly awaitCheckpoint?: (() => Promise<unknown>) | undefined;
  /** More writes than that in such a time, by the clock, are 429 with `Retry-After`. */
  readonly rateLimit?: RateLimit | undefined;
}

export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** A transparency log. */
export interface Rekor extends Service {
  readonly version: 1 | 2;
  /** Its name, key and log id. */
  readonly signer: CheckpointSigner;
  readonly entries: readonly LogEntry[];
  /** From now on answers are like this; `{}` makes them honest again. */
  tamper(changes: LogChanges): void;
  /** Enters anything, unchecked and without a request, and gives the entry as bundles have it. */
  record(body: Json, changes?: LogChanges): JsonObject;
}

/** Starts an empty log with a key of its own. */
export async function startRekor(options: RekorOptions): Promise<Rekor> {
  const { version, now = Date.now } = options;
  const format = makeFormat(version, options.origin ?? `rekor-v${version}.test`);
  const { log } = format;
  const limit = makeLimit(options.rateLimit, now);
  let changes = options.changes ?? {};

  const write = async (exchange: Exchange): Promise<Answer> => {
    limit();
    const body = format.parse(await receiveJson(exchange, () => format.refuseBody()));
    const known = log.find(body);
    if (known !== undefined) throw format.refuseDuplicate(known);
    const entry = log.append(body, format.integrationTime(now()));
    await options.awaitCheckpoint?.();
    return format.answer(entry, changes);
  };
  const service = await startService((exchange) => {
    if (exchange.method === 'POST' && exchange.path === format.path) return write;
    const answer = exchange.method === 'GET' ? format.read(exchange, changes) : undefined;
    return answer === undefined ? undefined : () => answer;
  });
  return {
    ...service,
    version,
    signer: log.signer,
    entries: log.entries,
    tamper: (next) => {
      changes = next;
    },
    record: (body, asked = {}) => {
      const bytes = Buffer.from(writeCanonicalJson(body));
      return format.toBundle(log.append(bytes, format.integrationTime(now())), asked);
    },
  };
}

function makeFormat(version: 1 | 2, origin: string): LogFormat {
  return version === 2 ? makeLogV2(origin) : makeLogV1(origin);
}

/** Counts writes in windows of time that begin with the first write after the last window's end. */
function makeLimit(limit: RateLimit | undefined, now: () => number): () => void {
  let start = Number.NEGATIVE_INFINITY;
  let count = 0;
  return () => {
    if (limit === undefined) return;
    const time = now();
    if (time >= start + limit.windowMs) [start, count] = [time, 0];
    count += 1;
    if (count <= limit.requests) return;
    const seconds = Math.ceil((start + limit.windowMs - time) / 1000);
    throw new Rejection(429, { code: 429, message: 'Too Many Requests' }, { 'retry-after': String(seconds) });
  };
}
