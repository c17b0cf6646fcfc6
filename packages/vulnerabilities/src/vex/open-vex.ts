import { digestOfHash } from './digest-label.ts';
import type { Inheritance } from './inheritance.ts';
import type { Part } from './part.ts';
import type { VexComponent, VexDocument, VexProduct, VexStatement } from './statement.ts';

/** Begins the `@context` of all versions, and is that of those before 0.2.0. */
const CONTEXT = 'https://openvex.dev/ns';

const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;

/** OpenVEX, "Status Justifications"; CSAF's flags have the same words. */
export const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

/** Whether a document says that it is OpenVEX. */
export function isOpenVex(context: unknown): boolean {
  return [context]
    .flat()
    .some((one) => one === CONTEXT || (typeof one === 'string' && one.startsWith(`${CONTEXT}/`)));
}

/**
 * Reads OpenVEX 0.0.1 to 0.2.0.
 *
 * An excuse without its reason is refused, as is all that makes a statement unclear. What real documents lack and nothing
 * hangs on is taken: the name of a vulnerability beside its id, the action to take where it is affected (a warning).
 */
export function readOpenVex(document: Part, inherited: Inheritance): VexDocument {
  const issued = document.at('timestamp')?.time() ?? inherited.issuedAt;
  const author = document.textAt('author');
  const warnings: string[] = [];
  const statements = document
    .need('statements')
    .entries()
    .map((statement): VexStatement => {
      const at = statement.at('timestamp')?.time() ?? issued;
      if (at === undefined) return statement.fail('has no timestamp, and neither has the document');
      const status = statement.need('status').word(STATUSES);
      const justification = statement.at('justification');
      const impact = statement.noteAt('impact_statement');
      const action = statement.noteAt('action_statement');
      if (status === 'not_affected' && justification === undefined && impact === undefined) {
        return statement.fail('says not_affected with neither justification nor impact_statement');
      }
      if (status === 'affected' && action === undefined) {
        warnings.push(`${inherited.document}: ${statement.place} says affected without an action_statement.`);
      }
      return {
        vulnerabilities: readVulnerability(statement.need('vulnerability')),
        products: readProducts(statement, inherited.products),
        status,
        justification: justification?.word(JUSTIFICATIONS),
        note: impact ?? action ?? statement.noteAt('status_notes'),
        at,
        origin: {
          document: inherited.document,
          format: 'openvex',
          author,
          place: statement.place,
          issuedAt: issued ?? at,
        },
      };
    });
  return { format: 'openvex', statements, warnings };
}

/** A name since 0.0.1, a struct since 0.0.2, of which some have the name in `@id` only. */
function readVulnerability(part: Part): readonly string[] {
  if (part.isText) return [lastSegment(part.text())];
  const name = part.textAt('name') ?? part.textAt('@id');
  if (name === undefined) return part.fail('has no name');
  return [lastSegment(name), ...part.list('aliases').map((alias) => alias.text())];
}

/** `https://nvd.nist.gov/vuln/detail/CVE-2019-17571` names CVE-2019-17571. */
function lastSegment(name: string): string {
  return /^https?:\/\//.test(name)
    ? name.replace(/\/+$/, '').slice(name.replace(/\/+$/, '').lastIndexOf('/') + 1)
    : name;
}

function readProducts(statement: Part, inherited: readonly VexProduct[]): readonly VexProduct[] {
  const below = statement.list('subcomponents').map(readComponent);
  const products = statement.list('products').map((product): VexProduct => {
    const own = product.isText ? [] : product.list('subcomponents').map(readComponent);
    const digests = product.isText ? [] : readDigests(product);
    return { ids: readIds(product, digests), digests, subcomponents: own.length > 0 ? own : below };
  });
  if (products.length > 0) return products;
  if (inherited.length === 0) return statement.fail('names no product');
  return below.length === 0 ? inherited : inherited.map((product) => ({ ...product, subcomponents: below }));
}

/** A component that is told by its hash alone keeps it as its id: nothing matches it, which is not the same as none. */
function readComponent(part: Part): VexComponent {
  const digests = part.isText ? [] : readDigests(part);
  return { ids: [...readIds(part, digests), ...digests] };
}

function readIds(part: Part, digests: readonly string[]): readonly string[] {
  if (part.isText) return [part.text()];
  const identifiers = part.at('identifiers');
  const named = Object.keys(identifiers?.object() ?? {}).flatMap((key) => identifiers?.textAt(key) ?? []);
  const id = part.textAt('@id');
  const ids = [...new Set([...(id === undefined ? [] : [id]), ...named])];
  return ids.length > 0 || digests.length > 0 ? ids : part.fail('has neither @id nor identifiers nor hashes');
}

function readDigests(part: Part): readonly string[] {
  const hashes = part.at('hashes');
  if (hashes === undefined) return [];
  return Object.keys(hashes.object()).flatMap((algorithm) => {
    const value = hashes.textAt(algorithm);
    return value === undefined ? [] : [digestOfHash(algorithm, value)];
  });
}
