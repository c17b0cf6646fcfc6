import type { Hash, Party } from '../inventory/package.ts';
import { extractLicence, findLicenceRefs } from '../licence/licence-ref.ts';
import { slugOf } from './unique.ts';

/** An element of a document, as JSON-LD. */
export type Element = Readonly<Record<string, unknown>>;

/** All elements share it; a blank node, because nobody refers to it from elsewhere. */
export const CREATION_INFO = '_:creationinfo';

const TERMS = 'https://spdx.org/rdf/3.0.1/terms';
/** Individuals by which SPDX 3 says "nothing" and "who knows" (3.0.1, Core and ExpandedLicensing). */
export const NONE = `${TERMS}/Core/NoneElement`;
export const NO_ASSERTION = `${TERMS}/Core/NoAssertionElement`;
export const NO_ASSERTION_LICENCE = `${TERMS}/ExpandedLicensing/NoAssertionLicense`;

export type Completeness = 'complete' | 'incomplete' | 'noAssertion';

/** Collects the elements of a document, each once, in the order they are first needed. */
export class Spdx3Graph {
  readonly #namespace: string;
  readonly #elements = new Map<string, Element>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  get elements(): readonly Element[] {
    return [...this.#elements.values()];
  }

  /** The name of an element: the same key gives the same. */
  nameOf(kind: string, key: string): string {
    return `${this.#namespace}#${kind}-${slugOf(key)}`;
  }

  add(type: string, spdxId: string, facts: Element): string {
    if (!this.#elements.has(spdxId)) {
      this.#elements.set(spdxId, { type, spdxId, creationInfo: CREATION_INFO, ...facts });
    }
    return spdxId;
  }

  addParty(party: Party): string {
    const { name, email, url } = party;
    const identifiers = [
      ...(email === undefined ? [] : [identifier('email', email)]),
      ...(url === undefined ? [] : [identifier('urlScheme', url)]),
    ];
    const id = this.nameOf('Agent', JSON.stringify([name, email, url]));
    return this.add('Organization', id, {
      name,
      ...(identifiers.length === 0 ? {} : { externalIdentifier: identifiers }),
    });
  }

  /** An expression, with the texts of what SPDX does not list. */
  addLicence(expression: string | undefined, declared: readonly string[]): string {
    if (expression === undefined) return NO_ASSERTION_LICENCE;
    const custom = findLicenceRefs(expression).map((ref) => ({
      type: 'DictionaryEntry',
      key: ref,
      value: this.#addText(ref, declared),
    }));
    return this.add('simplelicensing_LicenseExpression', this.nameOf('Licence', expression), {
      simplelicensing_licenseExpression: expression,
      ...(custom.length === 0 ? {} : { simplelicensing_customIdToUri: custom }),
    });
  }

  #addText(ref: string, declared: readonly string[]): string {
    const { name, text } = extractLicence(ref, declared);
    return this.add('simplelicensing_SimpleLicensingText', this.nameOf('LicenceText', ref), {
      name,
      simplelicensing_licenseText: text,
    });
  }

  relate(from: string, relationshipType: string, to: readonly string[], completeness: Completeness): string {
    const id = this.nameOf('Relationship', `${relationshipType} ${from}`);
    return this.add('Relationship', id, { from, relationshipType, to, completeness });
  }

  annotate(subject: string, statement: string): string {
    return this.add('Annotation', this.nameOf('Annotation', `${subject} ${statement}`), {
      annotationType: 'other',
      subject,
      contentType: 'text/plain',
      statement,
    });
  }
}

export function identifier(type: 'cpe23' | 'email' | 'packageUrl' | 'urlScheme', text: string): Element {
  return { type: 'ExternalIdentifier', externalIdentifierType: type, identifier: text };
}

export function reference(type: string, locator: string | undefined): readonly Element[] {
  return locator === undefined ? [] : [{ type: 'ExternalRef', externalRefType: type, locator: [locator] }];
}

export function hashed(hashes: readonly Hash[]): Element {
  if (hashes.length === 0) return {};
  return {
    verifiedUsing: hashes.map(({ algorithm, hex }) => ({
      type: 'Hash',
      algorithm: algorithm.replace('-', '').toLowerCase(),
      hashValue: hex,
    })),
  };
}
