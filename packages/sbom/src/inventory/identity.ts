import { formatPurl } from '../purl/purl.ts';
import type { FoundPackage } from './package.ts';

/** What makes two findings the same package. */
export interface Identity {
  readonly id: string;
  readonly purl: string | undefined;
}

/** Identifies a found package by its purl or, where none can be written, by the facts that would be in it. */
export function identify(found: FoundPackage): Identity {
  const { type, namespace, name, version, qualifiers, subpath } = found;
  const purl = formatPurl({ type, namespace, name, version, qualifiers, subpath });
  if (purl !== undefined) return { id: purl, purl };
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  return { id: `${type}:${path}${version === undefined ? '' : `@${version}`}`, purl };
}
