import { normaliseName, splitEcosystem } from '../advisory/package-name.ts';

/**
 * What records of a package are kept under: the ecosystem without its suffix, and the name as its ecosystem compares
 * names. It finds records of all releases; matching tells `Debian:11` from `Debian:12`.
 */
export function recordKey(ecosystem: string, name: string): string {
  return `${splitEcosystem(ecosystem).base}\n${normaliseName(ecosystem, name)}`;
}
