/** Buffers as streams give them. */
export type Chunks = AsyncIterable<Buffer>;

/** The first bytes of a stream; the rest is left unread, and the stream is closed. */
export async function* takeBytes(chunks: Chunks, count: number): AsyncGenerator<Buffer> {
  let left = count;
  if (left <= 0) return;
  for await (const chunk of chunks) {
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** A stream and then more bytes. */
export async function* appendBytes(chunks: Chunks, bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield* chunks;
  yield Buffer.from(bytes);
}

/** A stream in which the lowest bit of one byte is flipped. */
export async function* flipBit(chunks: Chunks, offset: number): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of chunks) {
    const at = offset - position;
    position += chunk.length;
    if (at >= 0 && at < chunk.length) {
      // The chunk may be the store's own: only a copy may be spoilt.
      const spoilt = Buffer.from(chunk);
      spoilt[at] = (spoilt[at] ?? 0) ^ 1;
      yield spoilt;
    } else yield chunk;
  }
}

/** A stream whose chunks are shown to someone as they pass. */
export async function* watchBytes(chunks: Chunks, onChunk: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onChunk(chunk);
    yield chunk;
  }
}
