import type { OnReadOpts, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { READ_BYTES } from './limits.ts';

/** Takes the bytes of a connection in the place of Node's HTTP parser. */
export interface Diversion {
  /** Where the next bytes are to be put. */
  room(): Buffer;
  /** Says that so many bytes were put there, and learns whether to read on. */
  receive(count: number): boolean;
}

/** What comes in on one connection: by default it goes to the socket's reader, Node's HTTP parser. */
export class Inflow {
  readonly onread: OnReadOpts;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #socket: Socket | undefined;
  #diversion: Diversion | undefined;

  constructor() {
    this.onread = {
      buffer: () => this.#diversion?.room() ?? this.#buffer,
      callback: (count, bytes) => this.#take(count, bytes),
    };
  }

  /** Says which connection this is, before its first byte. */
  attach(socket: Socket): void {
    this.#socket = socket;
    inflows.set(socket, this);
  }

  /** Leads all that comes after the bytes being read now elsewhere, until the connection ends. */
  divert(diversion: Diversion): void {
    this.#diversion = diversion;
  }

  #take(count: number, bytes: Uint8Array): boolean {
    if (this.#diversion !== undefined) return this.#diversion.receive(count);
    // A copy, because the reader may keep it while more is read.
    return this.#socket?.push(Buffer.from(bytes.subarray(0, count))) ?? true;
  }
}

const inflows = new WeakMap<Duplex, Inflow>();

/** The inflow of a connection; `undefined` where it cannot be diverted, as in a proxy's tunnel. */
export function inflowOf(socket: Duplex): Inflow | undefined {
  return inflows.get(socket);
}
