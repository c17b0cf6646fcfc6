import { isNativeError } from 'node:util/types';
import type { Cataloguer, FoundFile } from '../cataloguers/cataloguer.ts';
import type { Wants } from './file-matcher.ts';
import { MAX_REPORTS_PER_FILE } from './limits.ts';

/** What came of one file for one cataloguer. */
export interface Finding {
  readonly path: string;
  /** Number of the cataloguer in the list. */
  readonly by: number;
  /** `undefined` where there are only reasons why nothing could be read. */
  readonly facts: unknown;
  readonly reasons: readonly string[];
  /** Of two at one path of one layer, that of the later entry counts. */
  readonly order: number;
}

const MAX_REASON_LENGTH = 300;

/** Gives a file to those who want it. What one of them throws lists the file as unknown for that one. */
export function readFile(
  cataloguers: readonly Cataloguer<unknown>[],
  wants: Wants,
  file: { readonly path: string; readonly bytes: Buffer; readonly order: number },
): readonly Finding[] {
  const { path, bytes, order } = file;
  const found: FoundFile = { path, bytes, text: () => textOf(bytes) };
  return wants.flatMap((by) => {
    const reasons: string[] = [];
    const report = (reason: string): void => {
      if (reasons.length < MAX_REPORTS_PER_FILE) reasons.push(oneLine(reason));
    };
    let facts: unknown;
    try {
      facts = cataloguers[by]?.read(found, report);
    } catch (error) {
      report(`It could not be read: ${isNativeError(error) ? error.message : 'for an unknown reason'}`);
    }
    return facts === undefined && reasons.length === 0 ? [] : [{ path, by, facts, reasons, order }];
  });
}

/** A reason of hostile origin, fit for a list: one line, not too long, without control characters. */
export function oneLine(text: string): string {
  const bounded = text.slice(0, MAX_REASON_LENGTH + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  const line = bounded.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > MAX_REASON_LENGTH ? `${line.slice(0, MAX_REASON_LENGTH)}…` : line;
}

function textOf(bytes: Buffer): string {
  const hasMark = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', hasMark ? 3 : 0);
}
