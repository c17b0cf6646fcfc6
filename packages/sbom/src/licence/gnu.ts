import { findLicenceId } from './spdx-list.ts';

/** Versions there are; a licence without one may be used under any (GPL 2, section 9). */
const FIRST_VERSION = { GPL: '1.0', LGPL: '2.0', AGPL: '1.0', GFDL: '1.1' } as const;

/** Long names, from the longest: what is left of them after `nameKey`. */
const FAMILIES: readonly (readonly [RegExp, keyof typeof FIRST_VERSION])[] = [
  [/^(?:gnu )?affero (?:general public|gpl)\b/, 'AGPL'],
  [/^(?:gnu )?(?:library or lesser|lesser or library|library|lesser) (?:general public|gpl)\b/, 'LGPL'],
  [/^(?:gnu )?general public\b/, 'GPL'],
  [/^(?:gnu )?free documentation\b/, 'GFDL'],
  [/^(?:gnu )?agpl/, 'AGPL'],
  [/^(?:gnu )?lgpl/, 'LGPL'],
  [/^(?:gnu )?gpl/, 'GPL'],
  [/^(?:gnu )?(?:gfdl|fdl)/, 'GFDL'],
];

const VERSION = /^ ?v?(\d(?:\.\d){0,2})/;
const NO_INVARIANTS = /^(?: |-)?(?:niv|no invariants?)/;
const OR_LATER =
  /^ ?(?:\+|(?:or|and) (?:any |\(at your option\) any )?(?:later|newer|greater)|or any later|>=)/;
const ONLY = /^ ?only/;

/**
 * Reads the many spellings of GNU's licences: `GPLv2+`, `GPL-2+`, `LGPL 2.1 or later`, `GNU GPL v3`,
 * `GNU General Public License v2 or later (GPLv2+)`. The text comes as `nameKey` leaves it.
 */
export function readGnuLicence(key: string): string | undefined {
  // Classifiers say the short name once more: "general public 3 or later gplv3+".
  const text = key.replace(/ (?:a|l)?gplv?\d?(?:\.\d)?\+?$/, (tail, at: number) => (at > 8 ? '' : tail));
  for (const [pattern, family] of FAMILIES) {
    const found = pattern.exec(text);
    if (found === null) continue;
    return readRest(text.slice(found[0].length), family);
  }
  return undefined;
}

function readRest(tail: string, family: keyof typeof FIRST_VERSION): string | undefined {
  let rest = tail;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest);
    if (found !== null) rest = rest.slice(found[0].length);
    return found;
  };
  let noInvariants = take(NO_INVARIANTS) !== null;
  const isAtLeast = take(/^ ?>= ?/) !== null;
  const version = take(VERSION)?.[1];
  noInvariants = take(NO_INVARIANTS) !== null || noInvariants;
  const isLater = take(OR_LATER) !== null || isAtLeast;
  const isOnly = take(ONLY) !== null;
  noInvariants = take(NO_INVARIANTS) !== null || noInvariants;
  if (rest.trim() !== '') return undefined;

  const full = version === undefined ? FIRST_VERSION[family] : writeVersion(version);
  const suffix = isLater || (version === undefined && !isOnly) ? 'or-later' : 'only';
  return findLicenceId(`${family}-${full}${noInvariants ? '-no-invariants' : ''}-${suffix}`);
}

/** `2` is `2.0`, `2.1.0` is `2.1`. */
function writeVersion(version: string): string {
  const [major, minor] = version.split('.');
  return `${major}.${minor ?? '0'}`;
}
