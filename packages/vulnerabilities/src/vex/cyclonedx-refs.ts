import { digestOfHash } from './digest-label.ts';
import type { Part } from './part.ts';
import { readPurl } from './purl-match.ts';

/** A component as a reference finds it. */
export interface BomComponent {
  readonly ids: readonly string[];
  readonly digests: readonly string[];
  /** Whether it is a component of this document. */
  readonly isOwn: boolean;
}

/** What references of a document may mean. */
export interface BomIndex {
  /** `urn:cdx:<serial>/<version>` of the document itself. */
  readonly link: string | undefined;
  readonly byRef: ReadonlyMap<string, BomComponent>;
  /** What the document is about, where that is an image that can be told. */
  readonly image: BomComponent | undefined;
}

/** A link to a document, and an element in it (CycloneDX, "BOM-Link"). */
const BOM_LINK = /^(urn:cdx:[0-9a-f-]{36}\/\d{1,20})(?:#(.+))?$/i;

/** Collects the components of a document by `bom-ref`. */
export function indexBom(document: Part): BomIndex {
  const byRef = new Map<string, BomComponent>();
  const collect = (part: Part): BomComponent => {
    const component = readComponent(part);
    const ref = part.textAt('bom-ref');
    if (ref !== undefined) byRef.set(ref, component);
    for (const below of part.list('components')) collect(below);
    return component;
  };
  const about = document.at('metadata')?.at('component');
  const root = about === undefined ? undefined : collect(about);
  for (const component of document.list('components')) collect(component);
  return {
    link: linkOf(document),
    byRef,
    image: root !== undefined && isImage(root, about) ? root : undefined,
  };
}

/** What a reference means; `undefined` where it can be no package and no image. */
export function resolveRef(ref: string, { link, byRef, image }: BomIndex): BomComponent | undefined {
  const own = byRef.get(ref);
  if (own !== undefined) return isNamed(own) ? own : undefined;
  const [, linked, fragment] = BOM_LINK.exec(ref) ?? [];
  if (linked !== undefined && linked.toLowerCase() === link) {
    if (fragment === undefined) return image;
    const found = byRef.get(fragment) ?? byRef.get(decode(fragment));
    if (found !== undefined) return isNamed(found) ? found : undefined;
  }
  if (linked !== undefined && fragment === undefined)
    return { ids: [linked.toLowerCase()], digests: [], isOwn: false };
  const purl = purlIn(fragment ?? ref);
  return purl === undefined ? undefined : { ids: [purl], digests: [], isOwn: false };
}

/** Many tools take the purl for the `bom-ref`, some with more behind it that makes it unique. */
function purlIn(text: string): string | undefined {
  return [text, decode(text)].find((one) => readPurl(one) !== undefined);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readComponent(part: Part): BomComponent {
  const purl = part.textAt('purl');
  const cpe = part.textAt('cpe');
  return {
    ids: [...(purl === undefined ? [] : [purl]), ...(cpe === undefined ? [] : [cpe])],
    digests: part
      .list('hashes')
      .map((hash) => digestOfHash(hash.need('alg').text(), hash.need('content').text())),
    isOwn: true,
  };
}

function isNamed({ ids, digests }: BomComponent): boolean {
  return ids.length > 0 || digests.length > 0;
}

function isImage({ ids, digests }: BomComponent, about: Part | undefined): boolean {
  const types = ids.map((id) => readPurl(id)?.type);
  if (types.includes('oci') || types.includes('docker')) return true;
  return about?.textAt('type') === 'container' && digests.length > 0;
}

function linkOf(document: Part): string | undefined {
  const serial = document.textAt('serialNumber')?.toLowerCase();
  if (serial === undefined || !serial.startsWith('urn:uuid:')) return undefined;
  const version: unknown = document.object()['version'];
  return `urn:cdx:${serial.slice('urn:uuid:'.length)}/${typeof version === 'number' ? version : 1}`;
}
