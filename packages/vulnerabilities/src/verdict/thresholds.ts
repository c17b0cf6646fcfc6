import type { Finding } from '../finding/finding.ts';
import { SEVERITIES } from '../severity/severity.ts';
import type { Excuse, VulnerabilityPolicy } from './verdict.ts';

/** Tells whether a finding was there before. */
export type KnownBefore = (finding: Pick<Finding, 'id' | 'aliases' | 'component'>) => boolean;

/**
 * What the policy says in favour of a finding. What is not known speaks against it: a finding that nobody has rated
 * counts from every severity on, and one without an EPSS has any.
 */
export function thresholdExcuses(
  finding: Finding,
  policy: VulnerabilityPolicy,
  wasKnown: KnownBefore,
): readonly Excuse[] {
  const { failOn, onlyFixed, minEpss } = policy;
  const { rating, fixedIn, epss, kev } = finding;
  const excuses: Excuse[] = [];
  if (wasKnown(finding)) {
    excuses.push({ kind: 'known-before', reason: 'The version before has it, too.' });
  }
  if (failOn === 'kev') {
    if (kev === undefined) {
      excuses.push({
        kind: 'not-exploited',
        reason: 'It is not in the catalogue of what is known to be exploited.',
      });
    }
  } else if (
    rating.severity !== 'unknown' &&
    SEVERITIES.indexOf(rating.severity) < SEVERITIES.indexOf(failOn)
  ) {
    excuses.push({ kind: 'below', reason: `Its severity is ${rating.severity}, and ${failOn} counts.` });
  }
  if (onlyFixed && fixedIn.length === 0) {
    excuses.push({ kind: 'unfixed', reason: 'No version with a fix is known.' });
  }
  if (minEpss !== undefined && epss !== undefined && epss.score < minEpss) {
    excuses.push({ kind: 'unlikely', reason: `Its EPSS is ${epss.score}, and ${minEpss} counts.` });
  }
  return excuses;
}

/** Compares by package and by any name of the vulnerability, since databases name the same one in turns. */
export function knownIn(earlier: VulnerabilityPolicy['knownBefore']): KnownBefore {
  const keys = new Set((earlier ?? []).flatMap(keysOf));
  return (finding) => keysOf(finding).some((key) => keys.has(key));
}

/** Versions are left out: the same vulnerability in a newer version of the package is not new. */
function keysOf({ id, aliases, component }: Parameters<KnownBefore>[0]): readonly string[] {
  const { type, namespace = '', name } = component;
  return [id, ...aliases].map((one) => JSON.stringify([one.toLowerCase(), type, namespace, name]));
}
