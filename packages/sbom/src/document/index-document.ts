import { createHash } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import { formatPlatform, type Platform } from '@artifact-lifecycle/registry';
import { isJsonObject, listField, parseJsonObject, textField } from '../cataloguers/json.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Package } from '../inventory/package.ts';
import { formatPurl } from '../purl/purl.ts';
import type { DocumentContext } from './context.ts';
import type { DocumentFormat } from './format.ts';
import type { DocumentLink } from './links.ts';
import { repositoryUrl } from './root.ts';
import { writeLinkedDocument } from './write-document.ts';

/** An index of platforms, as it was named. */
export interface IndexSubject {
  /** `ghcr.io/acme/app`, without tag and digest. */
  readonly name: string;
  readonly version: string | undefined;
  readonly tag?: string | undefined;
  readonly digest: string;
  /** Annotations of the index, or labels that all platforms share. */
  readonly labels: Readonly<Record<string, string>>;
  /** ISO 8601; of its youngest platform. */
  readonly created: string | undefined;
}

/** A platform of an index, with the document of the same format that describes it. */
export interface IndexedPlatform {
  readonly digest: string;
  readonly platform: Platform | undefined;
  readonly document: Uint8Array;
}

/** Of a document that this suite wrote, the name is near the start; parsing bounds it anyway. */
const MAX_VALUES = 20_000_000;

/**
 * Writes the thin document of an index: one component for each platform's manifest, by its digest, with a link to
 * the document that describes it. The same index and documents are the same bytes.
 */
export function writeIndexDocument(
  subject: IndexSubject,
  platforms: readonly IndexedPlatform[],
  format: DocumentFormat,
  context: DocumentContext,
): Uint8Array {
  const links = new Map<string, DocumentLink>();
  const packages = new Map<string, Package>();
  for (const one of platforms) {
    const described = describePlatform(subject, one);
    packages.set(described.id, described);
    links.set(described.id, linkTo(one.document));
  }
  const inventory: Inventory = {
    subject: { kind: 'image', ...subject, platform: undefined },
    os: undefined,
    packages: [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    layers: [],
    unknowns: [],
  };
  return writeLinkedDocument(inventory, format, context, links);
}

function describePlatform({ name, labels }: IndexSubject, { digest, platform }: IndexedPlatform): Package {
  const short = name.split('/').at(-1) || 'image';
  const address = repositoryUrl(name);
  const qualifiers = {
    ...(platform === undefined ? {} : { arch: platform.architecture }),
    ...(address === undefined ? {} : { repository_url: address }),
  };
  const purl = formatPurl({ type: 'oci', name: short, version: digest, qualifiers });
  const [algorithm, hex = ''] = digest.split(':');
  const vendor = Object.hasOwn(labels, VENDOR) ? labels[VENDOR] : undefined;
  return {
    id: purl ?? digest,
    type: 'oci',
    name: short,
    version: digest,
    qualifiers,
    purl,
    kind: 'container',
    scope: 'required',
    supplier: vendor === undefined ? undefined : { name: vendor },
    hashes: [{ algorithm: algorithm === 'sha512' ? 'SHA-512' : 'SHA-256', hex }],
    properties: platform === undefined ? {} : { 'image.platform': formatPlatform(platform) },
    licence: undefined,
    declaredLicences: [],
    foundBy: [],
    occurrences: [],
    dependsOn: [],
    isDirect: true,
    // What it consists of is in the document the link leads to.
    completeness: 'incomplete',
    contains: [],
  };
}

const VENDOR = 'org.opencontainers.image.vendor';

/** How other documents refer to one that this suite wrote. */
export function linkTo(document: Uint8Array): DocumentLink {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.length);
  return { uri: readName(bytes.toString()), sha1: hash(bytes, 'sha1'), sha256: hash(bytes, 'sha256') };
}

/** A BOM-Link, a namespace, or the name of an element: how others refer to a document. */
function readName(text: string): string {
  const document = parseJsonObject(text, MAX_VALUES);
  const serial = textField(document, 'serialNumber');
  if (serial !== undefined) return `${serial.replace('urn:uuid:', 'urn:cdx:')}/1`;
  const elements = listField(document, '@graph').filter(isJsonObject);
  const whole = elements.find((element) => textField(element, 'type') === 'SpdxDocument');
  const name =
    textField(document, 'documentNamespace') ??
    (whole === undefined ? undefined : textField(whole, 'spdxId'));
  if (name !== undefined) return name;
  throw new SuiteError('CONTENT_INVALID', 'A document of a platform has no name to link to.');
}

function hash(bytes: Buffer, algorithm: 'sha1' | 'sha256'): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
