import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Broken, Refused } from './answer.ts';
import { takeBytes, watchBytes } from './byte-stream.ts';
import type { RunningRequest } from './request-log.ts';

/** One request as handlers see it: what it asks for, and its body, to be read once. */
export class Exchange {
  readonly method: string;
  /** Path without query, percent-encoding decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path as it was sent, for servers to which `%2F` and `/` are two things. */
  readonly rawPath: string;
  readonly record: RunningRequest;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #expectsContinue: boolean;
  /** A fault lets only so many bytes of the body arrive. */
  #bodyLimit = Number.POSITIVE_INFINITY;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    record: RunningRequest,
    expectsContinue: boolean,
  ) {
    this.method = record.method;
    this.path = record.path;
    this.query = record.query;
    this.rawPath = (request.url ?? '/').split('?', 1)[0] ?? '/';
    this.record = record;
    this.#request = request;
    this.#response = response;
    this.#expectsContinue = expectsContinue;
  }

  /** A header, several of a name joined by commas. */
  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** `scheme://host` as the client wrote it, for absolute locations. */
  get origin(): string {
    const scheme = 'encrypted' in this.#request.socket ? 'https' : 'http';
    return `${scheme}://${this.header('host') ?? ''}`;
  }

  /** What `Content-Length` announces, or `undefined` for a chunked body. */
  get announcedLength(): number | undefined {
    const value = this.header('content-length');
    if (value !== undefined) return Number(value);
    return this.header('transfer-encoding') === undefined ? 0 : undefined;
  }

  limitBody(bytes: number): void {
    this.#bodyLimit = Math.min(this.#bodyLimit, bytes);
  }

  /**
   * Streams the body into a sink, which then has got all that arrived.
   *
   * @throws Broken when the connection ended before the body did
   */
  async receive(sink: Writable): Promise<void> {
    const { record } = this;
    const request = this.#request;
    if (this.#expectsContinue) this.#response.writeContinue();
    const count = (chunk: Buffer): void => {
      record.bytesIn += chunk.length;
    };
    try {
      if (this.#bodyLimit === Number.POSITIVE_INFINITY) {
        const flowing = pipeline(request, sink);
        request.on('data', count);
        await flowing;
      } else await pipeline(watchBytes(takeBytes(request, this.#bodyLimit), count), sink);
    } catch (cause) {
      throw new Broken('The connection ended before the body did.', { cause });
    } finally {
      request.off('data', count);
    }
    if (record.bytesIn >= this.#bodyLimit) throw new Broken('A fault ends the connection.');
  }

  /** Reads a whole body of at most so many bytes; what is over the limit is refused with 413. */
  async receiveBytes(limit: number, what: string): Promise<Buffer> {
    const tooLarge = (size: number): Refused =>
      new Refused(
        413,
        'MANIFEST_INVALID',
        `The ${what} has ${size} bytes or more; at most ${limit} are taken.`,
      );
    if ((this.announcedLength ?? 0) > limit) throw tooLarge(this.announcedLength ?? 0);
    const chunks: Buffer[] = [];
    let size = 0;
    const collect = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        size += chunk.length;
        if (size <= limit) chunks.push(chunk);
        done();
      },
    });
    collect.resume();
    await this.receive(collect);
    if (size > limit) throw tooLarge(size);
    return Buffer.concat(chunks);
  }
}
