/** A value of a CPE 2.3 name: what is neither a letter, a digit nor one of `._-` is escaped (NISTIR 7695, 6.2). */
export function escapeCpe(value: string): string {
  return value.replace(/[^\w.-]/g, (char) => `\\${char}`);
}
