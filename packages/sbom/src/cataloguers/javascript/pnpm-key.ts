import { isPackageName, splitSpecifier } from './package-name.ts';

/** Name and version that a key of pnpm's lock file says. */
export interface PnpmKey {
  readonly name: string;
  /** `undefined` where an address stands in its place. */
  readonly version: string | undefined;
}

/**
 * Reads a key of `packages`: `/@s/name/1.0.0_peers` of version 5, `/@s/name@1.0.0(peers)` of version 6,
 * `@s/name@1.0.0(peers)` of version 9, each also after a registry's host. `undefined` for addresses and files.
 */
export function parsePnpmKey(key: string): PnpmKey | undefined {
  const [plain = ''] = key.split('(');
  const { name, rest } = splitSpecifier(plain.startsWith('/') ? plain.slice(1) : plain);
  if (isPackageName(name) && rest !== undefined) {
    return { name, version: isVersion(rest) ? rest : undefined };
  }
  const path = plain.slice(plain.indexOf('/') + 1);
  // Peers come after the version in version 5, and a scope's slash is written as a plus sign in them.
  const underscore = path.indexOf('_', path.lastIndexOf('/'));
  const [before, version = ''] = cutAtLastSlash(underscore < 0 ? path : path.slice(0, underscore));
  return isPackageName(before) && isVersion(version) ? { name: before, version } : undefined;
}

function isVersion(text: string): boolean {
  return /^\d[\w.+-]*$/.test(text);
}

function cutAtLastSlash(path: string): readonly [string, string?] {
  const at = path.lastIndexOf('/');
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)];
}
