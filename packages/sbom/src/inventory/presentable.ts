import type { FoundPackage } from './package.ts';

/** No ecosystem's names and versions are nearly as long; purls and documents of longer ones nobody can read. */
const MAX_WORD_CHARS = 4096;

/** Qualifiers of purls that are addresses (purl-spec, "Known qualifiers"). */
const ADDRESSES: ReadonlySet<string> = new Set(['download_url', 'repository_url', 'vcs_url']);

/** Says what cannot be listed of a package; `undefined` where it can. */
export function whyNotListed({ namespace, name, version }: FoundPackage): string | undefined {
  const longest = Math.max(...[namespace, name, version].map((word) => word?.length ?? 0));
  return longest <= MAX_WORD_CHARS
    ? undefined
    : `A package in it has a name or version of ${longest} characters; at most ${MAX_WORD_CHARS} are listed.`;
}

/**
 * Takes out of a package's qualifiers what is nobody's business: places on the machine that built it, and what
 * stands for a secret in an address. Documents are attached where everybody can read them.
 */
export function withoutSecrets(found: FoundPackage): FoundPackage {
  const { qualifiers } = found;
  if (qualifiers === undefined || !Object.keys(qualifiers).some((key) => ADDRESSES.has(key))) return found;
  const kept = Object.entries(qualifiers).flatMap(([key, value]) => {
    const address = ADDRESSES.has(key) ? publicAddress(value) : value;
    return address === undefined ? [] : [[key, address] as const];
  });
  return { ...found, qualifiers: Object.fromEntries(kept) };
}

/** `git+https://token@host/repo@commit` without the token; `undefined` for what lies on a machine. */
function publicAddress(text: string): string | undefined {
  const [tool = ''] = /^[a-z]+\+/i.exec(text) ?? [];
  const address = text.slice(tool.length);
  if (/^file:/i.test(address)) return undefined;
  // The user of SSH is part of the address: `git@github.com`.
  return /^https?:/i.test(address) ? tool + address.replace(/^(https?:\/*)[^/?#]*@/i, '$1') : text;
}
