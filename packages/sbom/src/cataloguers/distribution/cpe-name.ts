/** Attributes of a CPE name after `cpe:2.3:` and after `cpe:/`, in their order (NISTIR 7695, 6.1 and 6.2). */
const FORMATTED_ATTRIBUTES = 11;
const URI_ATTRIBUTES = 7;

/** Longer names are no names. */
const MAX_LENGTH = 1000;

/**
 * Reads a CPE as os-release's `CPE_NAME` has it, in either binding, and writes it as CPE 2.3 formatted string:
 * `cpe:/o:suse:sles:15:sp3` is `cpe:2.3:o:suse:sles:15:sp3:*:*:*:*:*:*`. `undefined` for anything else.
 */
export function readCpe(text: string): string | undefined {
  if (text.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  if (/^cpe:2\.3:[aho*-]:/.test(text)) {
    const parts = text.slice('cpe:2.3:'.length).split(/(?<!\\):/);
    return parts.length > FORMATTED_ATTRIBUTES ? undefined : formatted(parts);
  }
  if (!/^cpe:\/[aho]:/.test(text)) return undefined;
  const parts = text.slice('cpe:/'.length).split(':');
  if (parts.length > URI_ATTRIBUTES) return undefined;
  return formatted(parts.map(bindToFormatted));
}

function formatted(parts: readonly string[]): string {
  const all = Array.from({ length: FORMATTED_ATTRIBUTES }, (_, at) => parts[at] || '*');
  return `cpe:2.3:${all.join(':')}`;
}

/** A part of a URI: percent-encoded there, with a backslash before punctuation here. */
function bindToFormatted(part: string): string {
  const text = part.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  if (text === '' || text === '-') return text;
  return text.replace(/[^A-Za-z0-9._-]/g, '\\$&');
}
