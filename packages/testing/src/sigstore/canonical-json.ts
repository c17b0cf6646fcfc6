/** A document of JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * Writes JSON as RFC 8785 has it: names sorted by UTF-16 code units, no white space. Members that are `undefined` are
 * left out. Numbers of logs are whole, which JavaScript writes as the RFC demands.
 */
export function writeCanonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(writeCanonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => `${JSON.stringify(name)}:${writeCanonicalJson(content)}`);
  return `{${members.join(',')}}`;
}
