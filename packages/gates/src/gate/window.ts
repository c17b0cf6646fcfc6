import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { enumerate, fail, firstOf, pass } from '../verdict/verdicts.ts';
import { describeLocally } from '../window/local-time.ts';
import { freezeAt, isAllowed, nextOpening } from '../window/opening.ts';
import { formatFreeze, formatWindow } from '../window/window-text.ts';

/**
 * Judges the gate `window`: now is a time at which something may go in. A freeze wins over every window.
 *
 * @param now milliseconds since 1970.
 */
export function judgeWindow(settings: GateSettings<'window'>, now: number): Verdict {
  const { allow, freeze = [] } = settings;
  const timeZone = allow?.[0]?.timeZone ?? freeze[0]?.timeZone ?? 'UTC';
  const frozen = freezeAt(settings, now);
  const facts: EvidenceFacts = {
    now: new Date(now).toISOString(),
    local: describeLocally(now, timeZone),
    allow: firstOf((allow ?? []).map(formatWindow)),
    frozenBy: frozen === undefined ? null : formatFreeze(frozen),
  };
  if (frozen === undefined && isAllowed(settings, now)) {
    return pass(`It is ${describeLocally(now, timeZone)}, at which something may go in.`, facts);
  }
  const opens = nextOpening(settings, now);
  const timed: EvidenceFacts = {
    ...facts,
    opensNext: opens === undefined ? null : new Date(opens).toISOString(),
  };
  const until =
    opens === undefined
      ? 'It does not open again within a year.'
      : `It opens next at ${describeLocally(opens, timeZone)} (${new Date(opens).toISOString()}).`;
  if (frozen !== undefined) {
    return fail(
      `${describeLocally(now, frozen.timeZone)} is frozen by ${formatFreeze(frozen)}. ${until}`,
      timed,
    );
  }
  const windows = enumerate((allow ?? []).map(formatWindow), 5);
  return fail(`${describeLocally(now, timeZone)} is outside of ${windows}. ${until}`, timed);
}
