/** Values by header, in lower case; each in the order of the file, continuation lines joined by a line feed. */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** The bytes before the blank line that ends the headers; all of them where there is none. */
function headOf(bytes: Buffer): Buffer {
  const ends = [bytes.indexOf('\n\n'), bytes.indexOf('\n\r\n')].filter((at) => at !== -1);
  return bytes.subarray(0, Math.min(bytes.length, ...ends));
}

/**
 * Reads the headers of core metadata (PEP 241 to 643: an e-mail's), of them the wanted ones. Lines that are
 * neither a header nor indented are passed over, as Python's own reader passes them over: old tools wrote
 * descriptions and keywords without indentation.
 */
export function readHeaders(bytes: Buffer, wanted: ReadonlySet<string>): Headers {
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const raw of headOf(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const value = last?.pop();
      if (value !== undefined) last?.push(`${value}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? '' : line.slice(0, colon).toLowerCase();
    last = undefined;
    if (!wanted.has(name)) continue;
    last = headers.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    headers.set(name, last);
  }
  return headers;
}
