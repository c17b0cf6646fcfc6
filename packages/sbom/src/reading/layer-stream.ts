import type { Readable, Transform } from 'node:stream';
import {
  cancellationOf,
  isSuiteError,
  onAbort,
  SuiteError,
  throwIfCancelled,
} from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  Digester,
  digestAlgorithm,
  type Registry,
} from '@artifact-lifecycle/registry';
import {
  COMPRESSION_HEAD_BYTES,
  type Decompressor,
  openDecompressor,
  tellCompression,
} from './decompression.ts';
import { MAX_LAYER_BYTES } from './limits.ts';

/** A layer to read. */
export interface LayerSource {
  readonly registry: Registry;
  readonly descriptor: Descriptor;
  /** Digest of the tar in it, as the image's config states. */
  readonly diffId: Digest;
  /** Names it in errors: `layer 2 of 7 (sha256:…)`. */
  readonly what: string;
}

export interface LayerStreamOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that came from the registry, for progress. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** Takes the tar in chunks, and may let the layer wait. A chunk is valid until it is done. */
export type TarConsumer = (chunk: Buffer) => Promise<void> | undefined;

/**
 * Streams the tar of a layer: fetched, hashed, decompressed, hashed again. What does not add up is an error, also
 * when it shows behind the end of the tar.
 *
 * @returns bytes of the tar
 * @throws SuiteError `DIGEST_MISMATCH`, `CONTENT_INVALID`, `UNSUPPORTED`, `LIMIT_EXCEEDED`, `CANCELLED`, and what
 *   the registry throws
 */
export async function streamLayer(
  source: LayerSource,
  consume: TarConsumer,
  options: LayerStreamOptions,
): Promise<number> {
  const { registry, descriptor, what } = source;
  refuseEncrypted(descriptor, what);
  throwIfCancelled(options.signal);
  const blob = await registry.openBlob(descriptor, 0, { signal: options.signal });
  const stopListening = onAbort(options.signal, () => {
    if (options.signal !== undefined) blob.destroy(cancellationOf(options.signal));
  });
  try {
    const tar = new TarIntake(source, consume);
    await passOn(verify(blob, source, options), tar, what);
    return tar.finish();
  } catch (error) {
    throwIfCancelled(options.signal);
    throw error;
  } finally {
    stopListening();
    blob.destroy();
  }
}

/** Hashes the bytes of the tar, and hands them on. */
class TarIntake {
  readonly #source: LayerSource;
  readonly #consume: TarConsumer;
  readonly #digester: Digester;
  #size = 0;
  /** What is wrong with the content; told only when the bytes are those of the digest, else that is the fact. */
  #problem: unknown;

  constructor(source: LayerSource, consume: TarConsumer) {
    this.#source = source;
    this.#consume = consume;
    this.#digester = new Digester(digestAlgorithm(source.diffId));
  }

  async push(chunk: Buffer): Promise<void> {
    this.#size += chunk.length;
    if (this.#size > MAX_LAYER_BYTES) {
      const message = `The ${this.#source.what} has more than ${MAX_LAYER_BYTES} bytes once it is unpacked.`;
      throw new SuiteError('LIMIT_EXCEEDED', message);
    }
    this.#digester.update(chunk);
    if (this.#problem !== undefined) return;
    try {
      await this.#consume(chunk);
    } catch (error) {
      if (!isSuiteError(error, 'CONTENT_INVALID')) throw error;
      this.#problem = error;
    }
  }

  /** Notes that the content broke off. */
  breakOff(error: unknown): void {
    this.#problem ??= isSuiteError(error) ? error : broken(error, this.#source.what);
  }

  finish(): number {
    if (this.#problem !== undefined) throw this.#problem;
    const { diffId, what } = this.#source;
    const actual = this.#digester.digest();
    if (actual === diffId) return this.#size;
    const message = `The ${what} should unpack to ${diffId}, its diff_id in the config, but unpacks to ${actual}.`;
    throw new SuiteError('DIGEST_MISMATCH', message, {
      remedy: 'Build the image anew: config and layers do not belong together.',
    });
  }
}

/** The bytes of a blob as they come; ends with an error where they are not those of its digest. */
async function* verify(
  blob: Readable,
  { descriptor, what }: LayerSource,
  { onBytes }: LayerStreamOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const digester = new Digester(digestAlgorithm(descriptor.digest));
  let size = 0;
  for await (const piece of blob) {
    const chunk: Buffer = piece;
    size += chunk.length;
    if (size > descriptor.size) throw mismatch(what, `${descriptor.size} bytes`, 'more');
    digester.update(chunk);
    onBytes?.(chunk.length);
    yield chunk;
  }
  if (size !== descriptor.size) throw mismatch(what, `${descriptor.size} bytes`, `${size}`);
  const actual = digester.digest();
  if (actual !== descriptor.digest) throw mismatch(what, descriptor.digest, actual);
}

/** Hands the tar on, decompressed where it is compressed, until all bytes of the blob are hashed. */
async function passOn(
  bytes: AsyncGenerator<Buffer, void, undefined>,
  tar: TarIntake,
  what: string,
): Promise<void> {
  const head = await readHead(bytes);
  const compression = tellCompression(head, what);
  if (compression === 'none') {
    if (head.length > 0) await tar.push(head);
    for await (const chunk of bytes) await tar.push(chunk);
    return;
  }
  await decompress(openDecompressor(compression, what), head, bytes, tar);
}

/** The first bytes, enough to tell the compression, in however many chunks they come. */
async function readHead(bytes: AsyncGenerator<Buffer, void, undefined>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < COMPRESSION_HEAD_BYTES) {
    const next = await bytes.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

/** Feeds and drains at the same time. Where the content breaks off, the rest of the blob is hashed nevertheless. */
async function decompress(
  { stream, split, finish }: Decompressor,
  head: Buffer,
  bytes: AsyncGenerator<Buffer, void, undefined>,
  tar: TarIntake,
): Promise<void> {
  const feed = async (chunk: Buffer): Promise<void> => {
    try {
      for (const piece of split(chunk)) await write(stream, piece);
    } catch (error) {
      tar.breakOff(error);
      stream.destroy();
    }
  };
  const feedAll = async (): Promise<void> => {
    await feed(head);
    for await (const chunk of bytes) await feed(chunk);
    if (stream.destroyed) return;
    try {
      finish();
    } catch (error) {
      tar.breakOff(error);
    }
    stream.end();
  };
  let failure: unknown;
  const feeding = feedAll().catch((error: unknown) => {
    failure = error;
    stream.destroy();
  });
  try {
    for await (const chunk of stream) await tar.push(chunk);
  } catch (error) {
    if (failure === undefined && isSuiteError(error)) {
      await bytes.return();
      await feeding;
      throw error;
    }
    tar.breakOff(error);
  }
  await feeding;
  if (failure !== undefined) throw failure;
}

/** Writes to a decompressor, and waits while it has enough; one that has ended or failed takes nothing any more. */
function write(stream: Transform, piece: Buffer): Promise<void> | undefined {
  if (stream.destroyed || stream.readableEnded || stream.write(piece)) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of EVENTS) stream.off(event, done);
      resolve();
    };
    for (const event of EVENTS) stream.on(event, done);
  });
}

/** After any of these, waiting makes no sense. Zeros behind the last gzip member make it end without draining. */
const EVENTS = ['drain', 'end', 'close', 'error'];

function refuseEncrypted({ mediaType }: Descriptor, what: string): void {
  if (!mediaType.endsWith('+encrypted')) return;
  throw new SuiteError('UNSUPPORTED', `The ${what} is encrypted (${mediaType}).`, {
    remedy: 'Describe the image before it is encrypted.',
  });
}

function mismatch(what: string, expected: string, actual: string): SuiteError {
  return new SuiteError('DIGEST_MISMATCH', `The ${what} should be ${expected}, but is ${actual}.`, {
    remedy: 'Try again; if it stays so, the registry or a proxy in between serves wrong content.',
  });
}

function broken(error: unknown, what: string): SuiteError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new SuiteError('CONTENT_INVALID', `The ${what} cannot be decompressed: ${code}.`, { cause: error });
}
