import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type Block, takeBlock } from './block.ts';
import type { Diversion, Inflow } from './inflow.ts';
import { BLOCK_BYTES, LARGE_BODY_CHUNKS, MIN_ROOM_BYTES } from './limits.ts';

/**
 * The body of a large answer, read past Node's HTTP parser: that copies each 64 KiB into memory of its own, which
 * took more time than hashing and sending them. The parser never sees the end, so that the connection serves this
 * one answer and is closed.
 */
export class LargeBody extends Readable implements Diversion {
  readonly #incoming: IncomingMessage;
  #block: Block = takeBlock();
  /** Where in the block what was not passed on begins and ends. */
  #begin = 0;
  #end = 0;
  /** Bytes that are still to come. */
  #left: number;
  #isAtStart = true;
  #isFull = false;
  #flush: NodeJS.Immediate | undefined;

  /** @param length in bytes, as the answer's head says; at least 1 */
  constructor(incoming: IncomingMessage, inflow: Inflow, length: number) {
    super({ objectMode: true, highWaterMark: LARGE_BODY_CHUNKS });
    this.#incoming = incoming;
    this.#left = length;
    incoming.on('error', (error) => this.#breakOff(error));
    incoming.once('close', () => this.#breakOff(undefined));
    inflow.divert(this);
  }

  /** Whether it is the server that everybody waits for. */
  get isWaiting(): boolean {
    return this.#left > 0 && this.readableLength === 0;
  }

  room(): Buffer {
    return this.#block.bytes.subarray(this.#end);
  }

  receive(count: number): boolean {
    if (this.#isAtStart) this.#takeStart();
    // A server that sends more than it said is cut off there.
    const fresh = Math.min(count, this.#left);
    this.#end += fresh;
    this.#left -= fresh;
    if (this.#left === 0) this.#finish();
    else if (BLOCK_BYTES - this.#end < MIN_ROOM_BYTES) this.#changeBlock();
    else this.#flush ??= setImmediate(() => this.#passOn());
    return !this.#isFull;
  }

  override _read(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#incoming.socket.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearImmediate(this.#flush);
    this.#incoming.destroy();
    callback(error);
  }

  /** Takes the part of the body that came in one read with the head, and went through the parser. */
  #takeStart(): void {
    this.#isAtStart = false;
    for (let bytes = this.#incoming.read(); bytes !== null; bytes = this.#incoming.read()) {
      this.#left -= bytes.length;
      this.#push(bytes);
    }
  }

  #changeBlock(): void {
    this.#passOn();
    this.#block.release();
    this.#block = takeBlock();
    this.#begin = 0;
    this.#end = 0;
  }

  #passOn(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    if (this.#end > this.#begin) this.#push(this.#block.lend(this.#begin, this.#end));
    this.#begin = this.#end;
  }

  #push(bytes: Buffer): void {
    if (!this.push(bytes)) this.#isFull = true;
  }

  #finish(): void {
    this.#passOn();
    this.push(null);
    this.#incoming.destroy();
  }

  #breakOff(error: Error | undefined): void {
    if (this.#left > 0) this.destroy(error);
  }
}
