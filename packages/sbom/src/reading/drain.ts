import type { Readable } from 'node:stream';

/** Read ahead, so that making chunks and using them go on at the same time. */
const CHUNKS_AHEAD = 4;

/**
 * The chunks of a stream as they were made. (`for await` on the stream itself joins what has come together, which
 * copies all of it.) Leaving early destroys the stream.
 *
 * @throws what the stream fails with; an error as well where it is closed before its end
 */
export async function* drain(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  const chunks: Buffer[] = [];
  let isAtEnd = false;
  let failure: unknown;
  let wake = (): void => {};
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (chunks.length >= CHUNKS_AHEAD) stream.pause();
    wake();
  });
  stream.once('end', () => {
    isAtEnd = true;
    wake();
  });
  stream.once('error', (error) => {
    failure ??= error;
    wake();
  });
  stream.once('close', () => {
    if (!isAtEnd) failure ??= new Error('The stream was closed before its end.');
    wake();
  });
  try {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        if (stream.isPaused()) stream.resume();
        yield chunk;
      } else if (failure !== undefined) throw failure;
      else if (isAtEnd) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    stream.destroy();
  }
}
