import type { Finding } from '../finding/finding.ts';
import type { Rating } from '../severity/severity.ts';
import type { ReportedFinding } from './reported-finding.ts';
import { addressesOf, addressOf, databaseOf, fixText, nameOf, shorten } from './wording.ts';

/** A record's description; the longest are whole articles, and GitHub takes 10 MB for all of them, packed. */
const MAX_DETAILS_CHARS = 4000;
/** GitHub shows the first hundreds of characters of a rule's descriptions ("SARIF support"). */
const MAX_DESCRIPTION_CHARS = 1000;
const MAX_ADDRESSES = 10;
/** Packages named in a rule's help: the results name all. */
const MAX_PACKAGES = 20;

/** A `reportingDescriptor` (SARIF 2.1.0, 3.49). */
export type SarifRule = Readonly<Record<string, unknown>> & { readonly id: string };

/** How loud a result is: GitHub shows `error` in red, whatever the score. */
export type SarifLevel = 'error' | 'warning' | 'note';

/** A rule for one vulnerability, with what people need to know to decide (SARIF 2.1.0, 3.49). */
export function makeRule(id: string, findings: readonly ReportedFinding[]): SarifRule {
  const { finding } = worstOf(findings);
  const score = securityScore(finding.rating);
  const title = shorten(finding.summary ?? `Known vulnerability ${id}`, MAX_DESCRIPTION_CHARS);
  const details = finding.details?.slice(0, MAX_DETAILS_CHARS).trim();
  const address = addressOf(finding);
  return {
    id,
    name: 'KnownVulnerability',
    shortDescription: { text: `${id}: ${title}` },
    fullDescription: { text: shorten(details || title, MAX_DESCRIPTION_CHARS) },
    ...(address === undefined ? {} : { helpUri: address }),
    help: help(id, title, details, findings),
    defaultConfiguration: { level: levelOf(finding.rating) },
    properties: {
      tags: ['security', 'vulnerability', ...(finding.kev === undefined ? [] : ['known-exploited'])],
      precision: 'very-high',
      ...(score === undefined ? {} : { 'security-severity': score }),
    },
  };
}

/** SARIF knows three levels; what nobody has rated is a warning, which is not mild. */
export function levelOf({ severity }: Rating): SarifLevel {
  if (severity === 'critical' || severity === 'high') return 'error';
  return severity === 'low' || severity === 'none' ? 'note' : 'warning';
}

/** Scores for records that have only a word, in the middle of what GitHub calls by it. */
const SCORE_OF_WORD = { none: '0.0', low: '2.0', medium: '5.5', high: '8.0', critical: '9.5' } as const;

/**
 * `security-severity`, by which GitHub sorts and blocks: critical over 9.0, high from 7.0, medium from 4.0 ("SARIF
 * support"). Not there where nobody has rated it.
 */
function securityScore({ severity, score }: Rating): string | undefined {
  if (severity === 'unknown') return undefined;
  // A score of exactly 9.0 is critical by CVSS, and not yet by GitHub.
  if (severity === 'critical' && score === 9) return '9.1';
  return score === undefined ? SCORE_OF_WORD[severity] : score.toFixed(1);
}

/** What one vulnerability is rated in its packages may differ; its rule says the worst. */
function worstOf(findings: readonly ReportedFinding[]): ReportedFinding {
  const scoreOf = ({ finding: { rating } }: ReportedFinding): number =>
    Number(securityScore(rating) ?? SCORE_OF_WORD.medium);
  const [first, ...others] = findings;
  if (first === undefined) throw new TypeError('A rule without findings is no rule.');
  return others.reduce((worst, one) => (scoreOf(one) > scoreOf(worst) ? one : worst), first);
}

function help(
  id: string,
  title: string,
  details: string | undefined,
  findings: readonly ReportedFinding[],
): { readonly text: string; readonly markdown: string } {
  const { finding } = worstOf(findings);
  const facts = factsOf(finding);
  const packages = [
    ...new Map(
      findings.map(({ finding: { component, fixedIn } }) => [
        component.purl,
        `${nameOf(component)} ${component.version ?? ''}: ${fixText({ fixedIn }) ?? 'no fix is known'}`,
      ]),
    ).values(),
  ];
  const shown = packages.slice(0, MAX_PACKAGES);
  const more = packages.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  const addresses = addressesOf(finding).slice(0, MAX_ADDRESSES);
  const text = [
    `${id}: ${title}`,
    ...facts.map(([name, value]) => `${name}: ${value}`),
    ...shown,
    ...addresses,
  ];
  const markdown = [
    `**${escapeMarkup(id)}**: ${escapeMarkup(title)}`,
    ['| | |', '|---|---|', ...facts.map(([name, value]) => `| ${name} | ${escapeMarkup(value)} |`)].join(
      '\n',
    ),
    shown.map((line) => `- ${escapeMarkup(line)}`).join('\n'),
    ...(details ? [details] : []),
    addresses.map((address) => `- <${address}>`).join('\n'),
  ];
  return { text: text.join('\n'), markdown: markdown.filter((part) => part !== '').join('\n\n') };
}

function factsOf({ rating, aliases, epss, kev }: Finding): readonly (readonly [string, string])[] {
  const { severity, score, vector, method, advisory } = rating;
  const said = [severity, score?.toFixed(1), vector].filter((part) => part !== undefined).join(' ');
  return [
    [
      'Severity',
      severity === 'unknown' ? 'nobody has rated it' : `${said} (${method}, ${databaseOf(advisory)})`,
    ],
    ...(aliases.length === 0 ? [] : [['Also known as', aliases.join(', ')] as const]),
    ...(epss === undefined ? [] : [['EPSS', `${epss.score} (percentile ${epss.percentile})`] as const]),
    ...(kev === undefined ? [] : [['Known to be exploited', `since ${kev.dateAdded} (CISA KEV)`] as const]),
  ];
}

/** Texts of others are no markup where they stand in ours. */
function escapeMarkup(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#!~]/g, (sign) => `\\${sign}`);
}
