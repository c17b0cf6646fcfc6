import type { Party } from '../../inventory/package.ts';

/** Longer lines name nobody. */
const MAX_LENGTH = 500;

/** Reads `Debian Perl Group <pkg-perl@lists.example>`, `SUSE LLC <https://www.suse.com/>`, or a name alone. */
export function readParty(text: string | undefined): Party | undefined {
  const line = text?.split('\n', 1)[0]?.slice(0, MAX_LENGTH).trim() ?? '';
  if (line === '') return undefined;
  const open = line.indexOf('<');
  const close = line.indexOf('>', open);
  if (open < 0 || close < 0) return { name: line };
  const address = line.slice(open + 1, close).trim();
  const name =
    line
      .slice(0, open)
      .trim()
      .replace(/^"(.*)"$/, '$1') || address;
  if (/^https?:\/\//i.test(address)) return { name, url: address };
  return address.includes('@') ? { name, email: address } : { name };
}
