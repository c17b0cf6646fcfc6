import { formatDuration } from '@artifact-lifecycle/core/policy';
import type { GateSettings } from '../verdict/settings.ts';
import type { EvidenceFacts, Verdict } from '../verdict/verdict.ts';
import { cannotTell, fail, pass } from '../verdict/verdicts.ts';

/** The record, verified, by which the digest came into the environment before. */
export interface SoakEntry {
  readonly environment: string;
  /** Digest of the manifest that carries it. */
  readonly record: string;
  /** When it was signed, by a timestamp authority or log that is trusted; milliseconds since 1970. */
  readonly signedAt: number | undefined;
}

/** When it came in, and what time it is. */
export interface SoakEvidence {
  /**
   * The first record since it was last withdrawn from there; of several environments before, the one that it has been
   * in longest. `undefined` where there is none.
   */
  readonly entry: SoakEntry | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Judges the gate `soak`: it has been in the environment before for so long. Only a trusted timestamp counts; the time
 * that a record states itself is whatever its writer's clock said.
 */
export function judgeSoak(settings: GateSettings<'soak'>, { entry, now }: SoakEvidence): Verdict {
  const wanted = formatDuration(settings.for);
  if (entry === undefined) {
    return cannotTell('No verified record tells when it came into the environment before.', { wanted });
  }
  const { environment, record, signedAt } = entry;
  const facts: EvidenceFacts = { wanted, environment, record, now: new Date(now).toISOString() };
  if (signedAt === undefined) {
    return cannotTell(`Nobody who is trusted says when it came into ${environment}.`, {
      ...facts,
      remedy:
        'Sign records by the identity of a run, whose signature has a trusted time; a key signs without one, and waiting does not help.',
    });
  }
  const since = new Date(signedAt).toISOString();
  const age = now - signedAt;
  const timed: EvidenceFacts = { ...facts, since, until: new Date(signedAt + settings.for).toISOString() };
  if (age < 0) {
    return cannotTell(
      `It came into ${environment} at ${since}, which is yet to come: a clock is wrong.`,
      timed,
    );
  }
  if (age >= settings.for)
    return pass(
      `It has been in ${environment} for ${inWords(age)}, since ${since}; ${wanted} are asked for.`,
      timed,
    );
  return fail(
    `It has been in ${environment} for ${inWords(age)} only, since ${since}; ${wanted} are asked for, which is in ${inWords(settings.for - age, Math.ceil)}.`,
    timed,
  );
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time for people: `2 d 3 h`, `5 h 12 min`, `40 s`. */
function inWords(span: number, round: (value: number) => number = Math.floor): string {
  if (span < MINUTE) return `${round(span / 1000)} s`;
  if (span < HOUR) return `${round(span / MINUTE)} min`;
  if (span < DAY) return twoUnits(span, HOUR, 'h', MINUTE, 'min', round);
  return twoUnits(span, DAY, 'd', HOUR, 'h', round);
}

function twoUnits(
  span: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
  round: (value: number) => number,
): string {
  const rounded = round(span / small) * small;
  const rest = (rounded % large) / small;
  return `${Math.floor(rounded / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
