import * as z from 'zod/mini';
import { listOf, oneOrMore, optional, required, settings } from '../settings.ts';
import { signer } from '../signer.ts';
import { calendarDay, glob, numberBetween, plainText } from '../texts.ts';
import { warnOnly } from './warn-only.ts';

/** From which severity on a finding counts; `kev`: known to be exploited. */
export const FAIL_ON = ['low', 'medium', 'high', 'critical', 'kev'] as const;

/** How the gate `vulnerabilities` judges unless it says so itself. */
export const VULNERABILITIES_DEFAULTS = {
  failOn: 'high',
  onlyFixed: false,
  advisories: 'osv',
  newOnly: false,
} as const;

/** A finding that is let pass for a reason, until a day. */
export type VulnerabilityException = z.output<ReturnType<typeof vulnerabilityException>>;

/** Gate `vulnerabilities`: nothing known that is bad enough. */
export function vulnerabilitiesGate() {
  return settings({
    'fail-on': optional('From which severity on a finding counts.', z.enum(FAIL_ON), {
      default: VULNERABILITIES_DEFAULTS.failOn,
    }),
    'only-fixed': optional('Count only what has a fix.', z.boolean(), {
      default: VULNERABILITIES_DEFAULTS.onlyFixed,
    }),
    vex: optional('OpenVEX, CycloneDX VEX or CSAF files.', oneOrMore(glob('security/*.vex.json'))),
    'vex-identity': optional('Whose VEX attestations on the image count.', signer()),
    ignore: optional('Findings to let pass, each for a reason and until a day.', exceptions()),
    'min-epss': optional('Count only findings of at least this EPSS score.', numberBetween(0, 1)),
    advisories: optional(
      "Where advisories come from: `osv`, `github` (GitHub's advisory API), or a directory of OSV JSON files.",
      plainText('osv'),
      { default: VULNERABILITIES_DEFAULTS.advisories },
    ),
    'new-only': optional(
      "Count only what the images of the destination's channels do not have.",
      z.boolean(),
      {
        default: VULNERABILITIES_DEFAULTS.newOnly,
      },
    ),
    ...warnOnly(),
  });
}

/** The list `ignore`, in the policy file and as an input of `sbom`. */
export function exceptions() {
  return listOf(vulnerabilityException());
}

function vulnerabilityException() {
  return settings({
    id: required('Id of the vulnerability, or one of its aliases.', plainText('CVE-2021-44228')),
    package: optional(
      'Only in this package: its name or purl.',
      plainText('pkg:maven/org.apache.logging.log4j/log4j-core'),
    ),
    reason: required('Why it may pass.', plainText('The class is not on the class path.')),
    until: required('The last day on which it passes.', calendarDay()),
  });
}
