import { parsePurl } from '@artifact-lifecycle/sbom';
import type { Component, Finding, VexProduct, VexStatement } from '../../src/index.ts';

/** A component as its purl says it. */
export function componentOf(purl: string, changes: Partial<Component> = {}): Component {
  const { type, namespace, name, version, qualifiers } = parsePurl(purl);
  return {
    purl,
    type,
    namespace,
    name,
    version,
    qualifiers: { ...qualifiers },
    source: undefined,
    locations: [],
    isDevelopment: false,
    ...changes,
  };
}

/** A finding of high severity without a fix, EPSS or KEV. */
export function findingOf(id: string, purl: string, changes: Partial<Finding> = {}): Finding {
  return {
    id,
    aliases: [],
    component: componentOf(purl),
    advisories: [id],
    rating: { severity: 'high', score: 7.5, vector: undefined, method: 'CVSS_V3', advisory: id },
    fixedIn: [],
    summary: undefined,
    details: undefined,
    urls: [],
    published: undefined,
    epss: undefined,
    kev: undefined,
    ...changes,
  };
}

/** A product by its ids. */
export function productOf(
  ids: string | readonly string[],
  subcomponents: readonly string[] = [],
  changes: Partial<VexProduct> = {},
): VexProduct {
  return {
    ids: [ids].flat(),
    digests: [],
    subcomponents: subcomponents.map((id) => ({ ids: [id] })),
    ...changes,
  };
}

/** `not_affected`, said at time 1 000 in `a.json`. */
export function statementOf(
  vulnerability: string,
  products: readonly VexProduct[],
  changes: Partial<VexStatement> = {},
): VexStatement {
  return {
    vulnerabilities: [vulnerability],
    products,
    status: 'not_affected',
    justification: 'vulnerable_code_not_present',
    note: undefined,
    at: 1000,
    origin: {
      document: 'a.json',
      format: 'openvex',
      author: 'Acme',
      place: 'statements[0]',
      issuedAt: 1000,
    },
    ...changes,
  };
}
