import type { Readable } from 'node:stream';
import { cancellationOf, onAbort, SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  Digester,
  digestAlgorithm,
  type Registry,
} from '@artifact-lifecycle/registry';
import { CHUNK_BYTES } from './limits.ts';
import { passOnTar } from './pass-on-tar.ts';
import { type TarConsumer, TarIntake } from './tar-intake.ts';

const NO_BYTES = Buffer.alloc(0);

/** What is smaller is put together with what follows; a copy of the others would cost more than it saves. */
const SMALL_CHUNK_BYTES = 32 * 1024;

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
    const tar = new TarIntake(what, source.diffId, consume);
    await passOnTar(verify(blob, source, options), tar, what);
    return tar.finish();
  } catch (error) {
    throwIfCancelled(options.signal);
    throw error;
  } finally {
    stopListening();
    blob.destroy();
  }
}

/** The bytes of a blob; ends with an error where they are not those of its digest. */
async function* verify(
  blob: Readable,
  { descriptor, what }: LayerSource,
  { onBytes }: LayerStreamOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const digester = new Digester(digestAlgorithm(descriptor.digest));
  let size = 0;
  for await (const chunk of inLargeChunks(blob)) {
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

/** TLS brings 16 KiB at a time, some proxies less: each chunk is a round through the thread pool. */
async function* inLargeChunks(blob: Readable): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = NO_BYTES;
  let filled = 0;
  for await (const piece of blob) {
    const chunk: Buffer = piece;
    if (filled + chunk.length > held.length) {
      if (filled > 0) yield held.subarray(0, filled);
      // A new one each time: what was handed on may not be read yet.
      held = NO_BYTES;
      filled = 0;
      if (chunk.length >= SMALL_CHUNK_BYTES) {
        yield chunk;
        continue;
      }
      held = Buffer.allocUnsafe(CHUNK_BYTES);
    }
    filled += chunk.copy(held, filled);
  }
  if (filled > 0) yield held.subarray(0, filled);
}

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
