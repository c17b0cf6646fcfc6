import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import { CANARY_DEFAULTS, type Moment } from '@artifact-lifecycle/core/policy';

/** The time whose points are compared. */
export interface CanaryPeriod {
  readonly start: Date;
  readonly end: Date;
  readonly stepSeconds: number;
}

/** Prometheus gives no more points of a series at once (web/api/v1: "exceeded maximum resolution of 11,000 points"). */
const MAX_POINTS = 11_000;

/** The settings that say it. */
export interface PeriodSettings {
  readonly from?: Moment;
  readonly to?: Moment;
  /** Milliseconds. */
  readonly step?: number;
}

/**
 * Fixes the period of a canary: what is ago is counted from one same now, whole seconds, as Prometheus aligns.
 *
 * @throws SuiteError `POLICY_INVALID` when nothing lies between start and end, or the end is still to come;
 * `LIMIT_EXCEEDED` when it has more steps than Prometheus answers.
 */
export function fixPeriod(settings: PeriodSettings, clock: Clock): CanaryPeriod {
  const now = Math.floor(clock.now() / 1000) * 1000;
  const end = settings.to === undefined ? now : timeOf(settings.to, now);
  const start =
    settings.from === undefined ? end - CANARY_DEFAULTS.periodMilliseconds : timeOf(settings.from, now);
  const stepSeconds = (settings.step ?? CANARY_DEFAULTS.stepMilliseconds) / 1000;
  const period = { start: new Date(start), end: new Date(end), stepSeconds };
  const words = `from ${period.start.toISOString()} to ${period.end.toISOString()}`;
  if (end > now) {
    throw new SuiteError('POLICY_INVALID', `The canary goes ${words}, and its end is still to come.`, {
      remedy: 'Run it again when the time is over, or set "to" to an earlier time.',
    });
  }
  if (start >= end) {
    throw new SuiteError('POLICY_INVALID', `The canary goes ${words}, between which there is nothing.`, {
      remedy: 'Set "from" to a time before "to".',
    });
  }
  const points = Math.floor((end - start) / 1000 / stepSeconds) + 1;
  if (points > MAX_POINTS) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The canary goes ${words} in steps of ${stepSeconds} s, which are ${points} points of the ${MAX_POINTS} allowed.`,
      { remedy: 'Set a longer "step".' },
    );
  }
  return period;
}

function timeOf(moment: Moment, now: number): number {
  return moment.kind === 'ago' ? now - moment.milliseconds : moment.epochMilliseconds;
}
