const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};
const SIZE = /^(\d{1,12})\s?([kmg]i?b)?$/i;

/**
 * Reads a size as people write it: `500MB`, `64 MiB`, or a number of bytes.
 *
 * @throws RangeError where the text is no size
 */
export function parseSize(text: string): number {
  const match = SIZE.exec(text.trim());
  if (match === null)
    throw new RangeError(`"${text}" is not a size: write 500MB, 64MiB or a number of bytes`);
  return Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1);
}

/** Writes a size for people, in decimal units as disks and networks are sold: `45.3 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
