/** Bytes in which UPX's header lies behind those of the file (p_lx_elf.cpp, `l_info`; a PE's table of sections). */
const HEAD = 1024;

/** Whether a program was packed by UPX: what is in it is compressed, and its sections are gone. */
export function isPackedByUpx(bytes: Buffer): boolean {
  const head = bytes.subarray(0, HEAD);
  return head.includes('UPX!') || (head.includes('UPX0') && head.includes('UPX1'));
}
