import type { Inventory, Subject } from '../inventory/inventory.ts';
import type { DeclaredLicence, Hash, Party } from '../inventory/package.ts';
import { licenceExpression } from '../licence/expression.ts';
import { formatPurl } from '../purl/purl.ts';
import { cleanParty, sourceAddress, webAddress } from './addresses.ts';
import type { DocumentContext } from './context.ts';

/** What a document is of, as every format needs it. */
export interface Root {
  /** Unlike the id of any package. */
  readonly ref: string;
  readonly kind: 'container' | 'application' | 'file';
  readonly name: string;
  readonly version: string | undefined;
  readonly purl: string | undefined;
  readonly description: string | undefined;
  readonly hashes: readonly Hash[];
  readonly supplier: Party | undefined;
  readonly licence: string | undefined;
  readonly declaredLicences: readonly string[];
  readonly website: string | undefined;
  readonly documentation: string | undefined;
  readonly source: string | undefined;
  readonly properties: readonly (readonly [string, string])[];
}

/** Annotations of images (image-spec, annotations.md); images carry them as labels. */
const LABEL = 'org.opencontainers.image.';

/** Describes what the inventory is of: an image by its digest, labels and layers, or a directory by its name. */
export function describeRoot(inventory: Inventory, context: DocumentContext): Root {
  const { subject } = inventory;
  const purl = rootPurl(subject);
  const ids = new Set(inventory.packages.map(({ id }) => id));
  let ref = purl ?? `${subject.kind}:${subject.name}`;
  while (ids.has(ref)) ref += '~';
  const label = (name: string): string | undefined =>
    subject.kind === 'image' && Object.hasOwn(subject.labels, LABEL + name)
      ? subject.labels[LABEL + name]
      : undefined;
  const vendor = label('vendor');
  const licences: DeclaredLicence[] = [label('licenses')].flatMap((text) =>
    text ? [{ text, style: 'spdx' as const }] : [],
  );
  return {
    ref,
    kind: subject.kind === 'image' ? 'container' : subject.kind === 'directory' ? 'application' : 'file',
    name: subject.name || subject.kind,
    version: subject.version ?? (subject.kind === 'image' ? subject.digest : undefined),
    purl,
    description: label('description'),
    hashes: digestHashes(subject),
    supplier: cleanParty(vendor === undefined ? context.supplier : { name: vendor, url: label('url') }),
    licence: licenceExpression(licences),
    declaredLicences: licences.map(({ text }) => text),
    website: webAddress(label('url')),
    documentation: webAddress(label('documentation')),
    source: sourceAddress(label('source')),
    properties: describeImage(inventory, label),
  };
}

/** `pkg:oci/app@sha256:…?arch=amd64&repository_url=ghcr.io/acme/app` (purl-spec, types/oci). */
function rootPurl(subject: Subject): string | undefined {
  if (subject.kind !== 'image')
    return formatPurl({ type: 'generic', name: subject.name, version: subject.version });
  const name = subject.name.split('/').at(-1) ?? '';
  const { tag, platform } = subject;
  return formatPurl({
    type: 'oci',
    name,
    version: subject.digest,
    qualifiers: {
      arch: platform?.architecture,
      repository_url: repositoryUrl(subject.name),
      tag,
    },
  });
}

/** Name of a repository, with its registry's host: a layout in a directory has no address that others could use. */
const REPOSITORY = /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::\d{1,5})?\/[a-z0-9._/-]+$/;

/** The qualifier `repository_url` of an image in a registry; `undefined` elsewhere. */
export function repositoryUrl(name: string): string | undefined {
  return REPOSITORY.test(name) ? name : undefined;
}

function digestHashes(subject: Subject): readonly Hash[] {
  const found =
    subject.kind === 'image' ? /^sha(256|512):([0-9a-f]{64}|[0-9a-f]{128})$/.exec(subject.digest) : null;
  if (found === null) return [];
  return [{ algorithm: found[1] === '512' ? 'SHA-512' : 'SHA-256', hex: String(found[2]) }];
}

function describeImage(
  { subject, layers }: Inventory,
  label: (name: string) => string | undefined,
): readonly (readonly [string, string])[] {
  if (subject.kind !== 'image') return [];
  const { platform } = subject;
  const said: readonly (readonly [string, string | undefined])[] = [
    ['image:digest', subject.digest],
    ['image:os', platform?.os],
    ['image:architecture', platform?.architecture],
    ['image:variant', platform?.variant],
    ['image:title', label('title')],
    ['image:authors', label('authors')],
    ['image:revision', label('revision')],
    ['image:base:name', label('base.name')],
    ['image:base:digest', label('base.digest')],
  ];
  return [
    ...said.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ...layers.flatMap(({ digest, diffId, size, uncompressedSize }, index) => [
      [`image:layer:${index}:digest`, digest] as const,
      [`image:layer:${index}:diffId`, diffId] as const,
      [`image:layer:${index}:size`, String(size)] as const,
      [`image:layer:${index}:uncompressedSize`, String(uncompressedSize)] as const,
    ]),
  ];
}
