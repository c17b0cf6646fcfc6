import { digestOfHash } from './digest-label.ts';
import type { Part } from './part.ts';
import type { VexComponent, VexProduct } from './statement.ts';

/** A product of a document as statements use it. */
export interface CsafProduct {
  readonly product: VexProduct;
  /** Whether it is a component of what is itself one of another: more than a statement can say of a product. */
  readonly isNested: boolean;
}

/** All that a document names as products, by id. */
export interface CsafProducts {
  readonly byId: ReadonlyMap<string, CsafProduct>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** What a product is by itself, before relationships. */
interface Named extends VexComponent {
  readonly digests: readonly string[];
}

interface Relationship {
  readonly part: Part;
  readonly own: Named;
  readonly component: string;
  readonly within: string;
}

/** Reads branches, names, relationships and groups (CSAF 2.0, 3.2.2 "Product Tree"). */
export function readProducts(document: Part): CsafProducts {
  const tree = document.at('product_tree');
  if (tree === undefined) return { byId: new Map(), groups: new Map() };
  const named = new Map<string, Named>();
  const relationships = new Map<string, Relationship>();
  // A product id that is defined twice is refused (6.1.2): nobody could say which one a statement means.
  const define = (id: Part): string => {
    const text = id.text();
    return named.has(text) || relationships.has(text) ? id.fail('is the id of two products') : text;
  };
  const walk = (branch: Part): void => {
    for (const below of branch.list('branches')) walk(below);
    const product = branch.at('product');
    if (product === undefined) return;
    const isRange = branch.textAt('category') === 'product_version_range';
    named.set(
      define(product.need('product_id')),
      readName(product, isRange ? branch.textAt('name') : undefined),
    );
  };
  for (const branch of tree.list('branches')) walk(branch);
  for (const product of tree.list('full_product_names')) {
    named.set(define(product.need('product_id')), readName(product, undefined));
  }
  for (const part of tree.list('relationships')) {
    const full = part.need('full_product_name');
    relationships.set(define(full.need('product_id')), {
      part,
      own: readName(full, undefined),
      component: part.need('product_reference').text(),
      within: part.need('relates_to_product_reference').text(),
    });
  }
  const byId = resolveAll(named, relationships);
  const groups = new Map(
    tree.list('product_groups').map((group) => [
      group.need('group_id').text(),
      group
        .need('product_ids')
        .entries()
        .map((id) => knownId(id, byId)),
    ]),
  );
  return { byId, groups };
}

/** The id of a product that is defined (6.1.1). */
export function knownId(id: Part, byId: ReadonlyMap<string, CsafProduct>): string {
  const text = id.text();
  return byId.has(text)
    ? text
    : id.fail(`is ${JSON.stringify(text.slice(0, 200))}, which is no product of the document`);
}

/** CSAF 2.0 has one purl and one CPE, 2.1 a list of purls. */
function readName(product: Part, versions: string | undefined): Named {
  const helper = product.at('product_identification_helper');
  const [purl, cpe] = [helper?.textAt('purl'), helper?.textAt('cpe')];
  const ids = [purl, ...(helper?.list('purls').map((one) => one.text()) ?? []), cpe].filter(
    (id) => id !== undefined,
  );
  const digests = (helper?.list('hashes') ?? []).flatMap((hashes) =>
    hashes
      .list('file_hashes')
      .map((hash) => digestOfHash(hash.need('algorithm').text(), hash.need('value').text())),
  );
  return { ids, versions, digests };
}

function resolveAll(
  named: ReadonlyMap<string, Named>,
  relationships: ReadonlyMap<string, Relationship>,
): ReadonlyMap<string, CsafProduct> {
  const byId = new Map<string, CsafProduct>();
  for (const [id, { ids, versions, digests }] of named) {
    byId.set(id, { product: { ids, versions, digests, subcomponents: [] }, isNested: false });
  }
  for (const [id, { part, own, component, within }] of relationships) {
    for (const end of [component, within]) {
      if (end === id || (!named.has(end) && !relationships.has(end))) {
        part.fail(`relates ${JSON.stringify(end.slice(0, 200))}, which is no product of its own`);
      }
    }
    const [inner, outer] = [named.get(component), named.get(within)];
    const isNested = inner === undefined || outer === undefined;
    // What is nested deeper excuses nothing; its component is enough to say that it is affected.
    const named_ = inner ?? { ids: [], digests: [], versions: undefined };
    const meant: VexComponent = {
      ids: [...named_.ids, ...named_.digests, ...own.ids],
      versions: named_.versions,
    };
    byId.set(id, {
      product: isNested
        ? { ...meant, digests: [], subcomponents: [] }
        : { ids: outer.ids, versions: outer.versions, digests: outer.digests, subcomponents: [meant] },
      isNested,
    });
  }
  return byId;
}
