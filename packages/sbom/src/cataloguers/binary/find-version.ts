import { readExecutables, sectionBytes } from '../executable/executable.ts';
import type { Classifier, Sign } from './classifier.ts';

/** Bytes around a text that a pattern sees, where its sign does not say. */
const [BEFORE, AFTER] = [0, 128];

/** A text that tells nothing in its first thousand places tells nothing. */
const MOST_PLACES = 1000;

/** Constants of programs that are known by a version alone in them: none of them is large. */
const LARGEST_CONSTANTS = 32 * 1024 * 1024;

/** Longer texts are no versions. */
const LONGEST_VERSION = 64;

/** The version of a program in a file; `undefined` where no sign of it is there. */
export function findVersion(classifier: Classifier, name: string, bytes: Buffer): string | undefined {
  for (const sign of classifier.signs) {
    const version = readSign(sign, name, bytes);
    if (version === undefined || version.length > LONGEST_VERSION) continue;
    return classifier.keep?.exec(version)?.[1] ?? version;
  }
  return undefined;
}

function readSign(sign: Sign, name: string, bytes: Buffer): string | undefined {
  if ('near' in sign) return readNear(sign, bytes);
  if ('start' in sign) return sign.start.exec(bytes.toString('latin1', 0, 256))?.[1];
  if ('named' in sign) {
    const beginning = sign.named.exec(name)?.[1];
    return beginning === undefined ? undefined : readNamed(beginning, bytes);
  }
  return readOnly(sign.only, bytes);
}

function readNear(sign: Extract<Sign, { near: string }>, bytes: Buffer): string | undefined {
  const { near, pattern, before = BEFORE, after = AFTER } = sign;
  const needle = Buffer.from(near, 'latin1');
  let at = bytes.indexOf(needle);
  for (let count = 0; at >= 0 && count < MOST_PLACES; count++) {
    const window = bytes.toString('latin1', Math.max(0, at - before), at + needle.length + after);
    const version = pattern.exec(window)?.[1];
    if (version !== undefined) return version;
    at = bytes.indexOf(needle, at + 1);
  }
  return undefined;
}

function readNamed(beginning: string, bytes: Buffer): string | undefined {
  const pattern = /^[\0/](\d+(?:\.\d+){1,3}(?:(?:a|b|rc|-alpha|-beta|-rc)\d*)?)\+?\0/;
  // Linkers let one text be the end of another: `3.13.0` of `/opt/python/3.13.0`.
  return ['\0', '/'].reduce<string | undefined>(
    (found, edge) =>
      found ?? readNear({ near: `${edge}${beginning}.`, pattern, after: LONGEST_VERSION }, bytes),
    undefined,
  );
}

function readOnly(pattern: RegExp, bytes: Buffer): string | undefined {
  const [executable] = readExecutables(bytes);
  const constants = executable && sectionBytes(executable, '.rodata', '.rdata', '__cstring');
  if (constants === undefined || constants.length > LARGEST_CONSTANTS) return undefined;
  const found = new Set<string>();
  for (const text of constants.toString('latin1').split('\0')) {
    const version = text.length <= LONGEST_VERSION ? pattern.exec(text)?.[1] : undefined;
    if (version !== undefined) found.add(version);
  }
  return found.size === 1 ? [...found][0] : undefined;
}
