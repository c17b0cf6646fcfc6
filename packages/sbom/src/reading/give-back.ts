/** Below this the garbage collector is as good, and small buffers share their memory. */
const WORTHWHILE_BYTES = 16 * 1024;

interface Transferable {
  /** ECMAScript 2024; Node 22 and newer. */
  transfer?(length: number): unknown;
}

/**
 * Frees the memory of bytes that nobody reads any more, at once: gigabytes pass through an image's layers, and what
 * waits for the garbage collector adds up. The bytes are empty afterwards. Does nothing where others may share the
 * memory, and on Node 20.
 */
export function giveBack(bytes: Buffer): void {
  if (bytes.length < WORTHWHILE_BYTES || bytes.length !== bytes.buffer.byteLength) return;
  const memory: ArrayBufferLike & Transferable = bytes.buffer;
  memory.transfer?.(0);
}
