import type { Transform } from 'node:stream';
import { isSuiteError } from '@artifact-lifecycle/core';
import {
  COMPRESSION_HEAD_BYTES,
  type Decompressor,
  openDecompressor,
  tellCompression,
} from './decompression.ts';
import { drain } from './drain.ts';
import { giveBack } from './give-back.ts';
import type { TarIntake } from './tar-intake.ts';

/**
 * Hands the tar of a layer on, decompressed where it is compressed, until all bytes of the blob have come.
 *
 * @param bytes of the blob
 * @throws SuiteError what the intake and the bytes throw, `UNSUPPORTED`
 */
export async function passOnTar(
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
    for await (const chunk of drain(stream)) {
      await tar.push(chunk);
      giveBack(chunk);
    }
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
