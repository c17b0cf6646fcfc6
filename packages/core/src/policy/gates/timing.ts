import * as z from 'zod/mini';
import type { Milliseconds } from '../duration.ts';
import { oneOrMore, optional, required, settings, text } from '../settings.ts';
import { duration } from '../texts.ts';
import {
  FREEZE_PATTERN,
  type FreezeRange,
  parseFreeze,
  parseWindow,
  type WeeklyWindow,
  WINDOW_PATTERN,
} from '../window.ts';
import { warnOnly } from './warn-only.ts';

/** Gate `soak`: so long ago it was promoted into the environment before. */
export interface SoakGate {
  readonly for: Milliseconds;
  readonly warnOnly?: boolean;
}

/** Gate `soak`: a duration, or a mapping where more is to be said. */
export function soakGate() {
  return z.pipe(
    z.union([
      z.pipe(
        duration('24h'),
        z.transform((milliseconds) => ({ for: milliseconds })),
      ),
      settings({ for: required('How long.', duration('24h')), ...warnOnly() }),
    ]),
    z.transform((value): SoakGate => value),
  );
}

/** Gate `window`: when something may go in. Without `allow` always, but for the freezes. */
export interface WindowGate {
  readonly allow?: readonly WeeklyWindow[];
  readonly freeze?: readonly (FreezeRange & { readonly timeZone: string })[];
  readonly warnOnly?: boolean;
}

/** Gate `window`. A freeze without a time zone has that of the first window, else UTC. */
export function windowGate() {
  return z.pipe(
    settings(
      {
        allow: optional(
          'Hours of the week in which something may go in.',
          oneOrMore(
            text(parseWindow, { pattern: WINDOW_PATTERN, examples: ['Mon-Fri 09:00-16:00 Europe/Berlin'] }),
          ),
        ),
        freeze: optional(
          'Days on which nothing may, the first and the last included.',
          oneOrMore(text(parseFreeze, { pattern: FREEZE_PATTERN, examples: ['2026-12-20/2027-01-02'] })),
        ),
        ...warnOnly(),
      },
      ({ allow, freeze }, report) => {
        if (allow === undefined && freeze === undefined) report('is always open: set allow or freeze');
      },
    ),
    z.transform(({ freeze, ...rest }): WindowGate => {
      const fallback = rest.allow?.[0]?.timeZone ?? 'UTC';
      const zoned = freeze?.map((range) => ({ ...range, timeZone: range.timeZone ?? fallback }));
      return { ...rest, ...(zoned === undefined ? {} : { freeze: zoned }) };
    }),
  );
}
