import * as z from 'zod/mini';
import { documentation, optional, type Parsed, required, settings, text } from '../settings.ts';
import { duration } from '../texts.ts';
import { warnOnly } from './warn-only.ts';

/** How long the gate `command` may take unless it says so itself: 10 minutes. */
export const COMMAND_DEFAULTS = { timeout: '10m' } as const;

/** Gate `command`: a program of one's own that reads the evidence and exits with 0. */
export function commandGate() {
  return settings(
    {
      run: required('Program and arguments; no shell is in between.', commandLine()),
      timeout: optional('How long it may take.', duration('10m'), { default: COMMAND_DEFAULTS.timeout }),
      ...warnOnly(),
    },
    ({ timeout }, report) => {
      if (timeout === 0) report('must be longer than nothing', 'timeout');
    },
  );
}

/** A list as it is: arguments may repeat and be empty, and one text with blanks in it is no list. */
function commandLine() {
  const list = z.array(text<string>(withoutNul)).check(
    z.minLength(1),
    z.check(({ value, issues }) => {
      if (value[0] !== '') return;
      issues.push({ code: 'custom', message: 'names no program', path: [0], input: value });
    }),
  );
  documentation.add(list, { examples: [['node', 'gates/licences.mjs', '--strict']] });
  return list;
}

/** No program can be given a NUL: the system ends arguments with it. */
function withoutNul(value: string): Parsed<string> {
  return value.includes('\0') ? { problem: 'must not hold a NUL character' } : { value };
}
