import type { Finding } from '../finding/finding.ts';
import { openProducts } from './product-match.ts';
import type { VexStatement } from './statement.ts';
import type { VexSubject } from './subject.ts';

/** Finds the statement that holds of a finding. */
export type StatementFinder = (
  finding: Pick<Finding, 'id' | 'aliases' | 'advisories' | 'component'>,
) => VexStatement | undefined;

/**
 * Sorts statements by vulnerability, and finds for each finding the one that holds: of all that name its vulnerability
 * and its component the latest (OpenVEX, "The VEX Statement": each overrides those before).
 *
 * Of the same time, that of the document issued later holds; in one document, the one further down; and where nothing
 * tells, one that excuses nothing.
 */
export function statementsAbout(statements: readonly VexStatement[], subject: VexSubject): StatementFinder {
  const isAbout = openProducts(subject);
  const byId = new Map<string, [number, VexStatement][]>();
  for (const [index, statement] of statements.entries()) {
    for (const id of new Set(statement.vulnerabilities.map((one) => one.toLowerCase()))) {
      const list = byId.get(id);
      if (list === undefined) byId.set(id, [[index, statement]]);
      else list.push([index, statement]);
    }
  }
  return ({ id, aliases, advisories, component }) => {
    const names = new Set([id, ...aliases, ...advisories].map((one) => one.toLowerCase()));
    const found = new Map([...names].flatMap((name) => byId.get(name) ?? []));
    let holding: VexStatement | undefined;
    for (const index of [...found.keys()].sort((a, b) => a - b)) {
      const statement = found.get(index);
      if (statement === undefined || !isAbout(statement, component)) continue;
      if (holding === undefined || !isOverruled(statement, holding)) holding = statement;
    }
    return holding;
  };
}

/** Whether a statement yields to one that was found before it. */
function isOverruled(statement: VexStatement, holding: VexStatement): boolean {
  if (statement.at !== holding.at) return statement.at < holding.at;
  const [origin, before] = [statement.origin, holding.origin];
  if (origin.document === before.document) return false;
  if (origin.issuedAt !== before.issuedAt) return origin.issuedAt < before.issuedAt;
  const doubts = ({ status }: VexStatement): boolean =>
    status === 'affected' || status === 'under_investigation';
  return doubts(holding) && !doubts(statement);
}
