import { type CsafProducts, knownId, readProducts } from './csaf-products.ts';
import type { Inheritance } from './inheritance.ts';
import { JUSTIFICATIONS } from './open-vex.ts';
import type { Part } from './part.ts';
import type { VexDocument, VexProduct, VexStatement, VexStatus } from './statement.ts';
import { isVersionRange } from './version-range.ts';

/**
 * Lists of `product_status` (CSAF 2.0, 3.2.3.9) in OpenVEX's words. What excuses stands first, so that of two names for
 * one package the one that excuses nothing comes last and holds.
 */
const LISTS: readonly (readonly [VexStatus, readonly string[]])[] = [
  ['not_affected', ['known_not_affected']],
  ['fixed', ['fixed', 'first_fixed']],
  ['under_investigation', ['under_investigation', 'unknown']],
  ['affected', ['known_affected', 'first_affected', 'last_affected']],
];

/** Products that a warning names. */
const MAX_NAMED = 3;

/** What is said of one product beside its status. */
interface Remark {
  readonly justification: string | undefined;
  readonly note: string | undefined;
}

/** Remarks on products by their id, and on all of them. */
type Remarks = ReadonlyMap<string | undefined, string>;

/**
 * Reads CSAF 2.0 and 2.1: what is said in `product_status` of the products of `product_tree`.
 *
 * Products that are not defined, defined twice, or said to be two things at once are refused, as the specification's
 * mandatory tests do (6.1.1, 6.1.2, 6.1.6).
 */
export function readCsaf(document: Part, inherited: Inheritance): VexDocument {
  const head = document.need('document');
  head.need('csaf_version').word(['2.0', '2.1']);
  const tracking = head.need('tracking');
  const at = tracking.need('current_release_date').time();
  const author = head.at('publisher')?.textAt('name');
  const products = readProducts(document);
  const warnings: string[] = [];
  const warn = (place: string, fact: string): void => {
    warnings.push(`${inherited.document}: ${place} ${fact}.`);
  };
  if (tracking.textAt('status') === 'draft') warn('document', 'is a draft');
  const meant = new Map<string, VexProduct>();
  const statements = document.list('vulnerabilities').flatMap((vulnerability): readonly VexStatement[] => {
    const vulnerabilities = [
      vulnerability.textAt('cve') ?? [],
      ...vulnerability.list('ids').map((id) => id.need('text').text()),
    ].flat();
    return readStatuses(vulnerability, products, meant, warn).map((said) => ({
      vulnerabilities,
      ...said,
      at,
      origin: { document: inherited.document, format: 'csaf', author, place: said.place, issuedAt: at },
    }));
  });
  const mute = [...meant].filter(([, product]) => !isNamed(product));
  if (mute.length > 0)
    warn('product_tree', sayProducts(mute, 'have neither purl nor CPE nor digest, and match nothing'));
  const unread = [...meant].filter(([, product]) => hasUnreadRange(product));
  if (unread.length > 0)
    warn(
      'product_tree',
      sayProducts(unread, 'are limited to versions in words, not in a range (vers:), and excuse nothing'),
    );
  return { format: 'csaf', statements, warnings };
}

interface Said extends Remark {
  readonly status: VexStatus;
  readonly products: readonly VexProduct[];
  readonly place: string;
}

function readStatuses(
  vulnerability: Part,
  products: CsafProducts,
  meant: Map<string, VexProduct>,
  warn: (place: string, fact: string) => void,
): readonly Said[] {
  const statuses = vulnerability.at('product_status');
  if (statuses === undefined) return [];
  const flags = readFlags(vulnerability, products);
  const impacts = remarksIn(vulnerability, 'threats', products, (threat) =>
    threat.textAt('category') === 'impact' ? threat.noteAt('details') : undefined,
  );
  const remedies = remarksIn(vulnerability, 'remediations', products, (remedy) => remedy.noteAt('details'));
  const seen = new Map<string, VexStatus>();
  return LISTS.flatMap(([status, names]) => {
    const said = new Map<string, Said & { readonly products: VexProduct[] }>();
    for (const id of names.flatMap((name) => statuses.list(name))) {
      const productId = knownId(id, products.byId);
      const before = seen.get(productId);
      if (before !== undefined && before !== status)
        id.fail(`says ${status} of a product that is said to be ${before}`);
      seen.set(productId, status);
      const remarks = status === 'not_affected' ? impacts : remedies;
      const justification = status === 'not_affected' ? flags.get(productId) : undefined;
      const note = remarks.get(productId) ?? remarks.get(undefined);
      const found = products.byId.get(productId);
      if (found === undefined) continue;
      meant.set(productId, found.product);
      const excuses = status === 'not_affected' || status === 'fixed';
      if (excuses && found.isNested) {
        warn(id.place, 'is a component of a component of another product; such statements are not read');
        continue;
      }
      if (status === 'not_affected' && justification === undefined && note === undefined) {
        warn(id.place, 'says known_not_affected with neither flag nor impact');
      }
      const key = JSON.stringify([justification, note]);
      const same = said.get(key);
      if (same !== undefined) same.products.push(found.product);
      else said.set(key, { status, justification, note, products: [found.product], place: id.place });
    }
    return [...said.values()];
  });
}

/** A document on many products lacks the same of most of them: one sentence for all. */
function sayProducts(products: readonly (readonly [string, VexProduct])[], fact: string): string {
  const ids = products.map(([id]) => id.slice(0, 80));
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
  return `has products that ${fact}: ${ids.slice(0, MAX_NAMED).join(', ')}${more}`;
}

function hasUnreadRange({ versions, subcomponents }: VexProduct): boolean {
  return [versions, ...subcomponents.map((one) => one.versions)].some(
    (range) => range !== undefined && !isVersionRange(range),
  );
}

/** Whether anything could be found by what a product is called. */
function isNamed({ ids, digests, subcomponents }: VexProduct): boolean {
  if (subcomponents.length > 0) return subcomponents.every((one) => one.ids.length > 0);
  return ids.length > 0 || digests.length > 0;
}

function readFlags(vulnerability: Part, products: CsafProducts): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const flag of vulnerability.list('flags')) {
    const label = flag.need('label').word(JUSTIFICATIONS);
    for (const id of productsOf(flag, products)) flags.set(id, label);
  }
  return flags;
}

/** What names no product is said of all of them. */
function remarksIn(
  vulnerability: Part,
  list: string,
  products: CsafProducts,
  read: (remark: Part) => string | undefined,
): Remarks {
  const remarks = new Map<string | undefined, string>();
  for (const part of vulnerability.list(list)) {
    const text = read(part);
    if (text === undefined) continue;
    const isScoped = part.at('product_ids') !== undefined || part.at('group_ids') !== undefined;
    for (const id of isScoped ? productsOf(part, products) : [undefined]) remarks.set(id, text);
  }
  return remarks;
}

function productsOf(part: Part, { byId, groups }: CsafProducts): readonly string[] {
  const named = part.list('product_ids').map((id) => knownId(id, byId));
  const grouped = part
    .list('group_ids')
    .flatMap((id) => groups.get(id.text()) ?? id.fail('is no group of the document'));
  return [...named, ...grouped];
}
