/** A place in a file, cut to what the file really holds. */
export interface Extent {
  readonly offset: number;
  readonly size: number;
}

/** Cuts what a table claims to what is there: a broken or truncated file claims more than it has. */
export function extentWithin(bytes: Buffer, offset: number, size: number): Extent {
  if (offset >= bytes.length) return { offset: 0, size: 0 };
  return { offset, size: Math.min(size, bytes.length - offset) };
}

/** Whether a Buffer refused to read outside of itself: a file ends before its tables do. */
export function isOutside(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_OUT_OF_RANGE' || code === 'ERR_BUFFER_OUT_OF_BOUNDS';
}

/** A number of 64 bits. Above 2^53 it is not exact, and so large that it lies outside of every file. */
export function readUInt64(bytes: Buffer, offset: number, isLittleEndian: boolean): number {
  return Number(isLittleEndian ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset));
}

export function readUInt32(bytes: Buffer, offset: number, isLittleEndian: boolean): number {
  return isLittleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}

export function readUInt16(bytes: Buffer, offset: number, isLittleEndian: boolean): number {
  return isLittleEndian ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
}

/** Text up to the first zero byte, at most `most` bytes of it. */
export function readCString(bytes: Buffer, offset: number, most: number): string {
  const field = bytes.subarray(offset, offset + most);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? field.length : end);
}
