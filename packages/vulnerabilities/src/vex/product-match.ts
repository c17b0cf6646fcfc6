import type { PurlParts } from '@artifact-lifecycle/sbom';
import type { Component } from '../component/component.ts';
import { meansSamePlatform } from './cpe.ts';
import { meansImage } from './image-match.ts';
import { hasQualifiers, isSameVersion, purlCovers, qualifier, readPurl } from './purl-match.ts';
import type { VexComponent, VexProduct, VexStatement } from './statement.ts';
import type { VexSubject } from './subject.ts';
import { holdsVersion } from './version-range.ts';

/** More above one component is a graph made to be walked, and no image's. */
const MAX_DEPENDENTS = 100_000;

/** Whether a statement speaks of a component of the subject. */
export type ProductMatch = (statement: VexStatement, component: Component) => boolean;

/** What is known of a component, read once. */
interface Place {
  readonly component: Component;
  readonly purl: PurlParts | undefined;
  /** Whether the statement excuses: then what cannot be read does not hold, and else it does. */
  readonly isExcuse: boolean;
}

/**
 * Matches products of statements with components of a subject. A product is
 *
 * - the subject itself, by digest, purl or name: all its components are meant, or those named as subcomponents;
 * - the component itself;
 * - a component that contains it: meant is the subcomponent only where nothing else brings it as well;
 * - a distribution, which has no purl but a CPE: its subcomponents are packages by their purls, unless the subject is
 *   known to be another distribution.
 */
export function openProducts(subject: VexSubject): ProductMatch {
  const purls = new Map<string, PurlParts | undefined>();
  const read = (text: string): PurlParts | undefined => {
    if (!purls.has(text)) purls.set(text, readPurl(text));
    return purls.get(text);
  };
  const subjectPurls = subject.ids.flatMap((id) => read(id) ?? []);
  const ids = new Set(subject.ids);
  const digests = new Set(subject.digests.map((digest) => digest.toLowerCase()));

  const means = (named: VexComponent, place: Place): boolean => {
    const { component, purl } = place;
    return named.ids.some((id) => {
      if (id === component.purl) return isInRange(named, place);
      const pattern = read(id);
      if (pattern === undefined || purl === undefined) return false;
      return (purlCovers(pattern, purl) || coversSource(pattern, purl, component)) && isInRange(named, place);
    });
  };
  const isSubject = (product: VexProduct): boolean =>
    product.digests.some((digest) => digests.has(digest.toLowerCase())) ||
    product.ids.some((id) => {
      if (ids.has(id) || digests.has(digestIn(id) ?? '')) return true;
      const pattern = read(id);
      return (
        pattern !== undefined &&
        subjectPurls.some((one) => meansImage(pattern, one) || purlCovers(pattern, one))
      );
    });
  const isAround = (product: VexProduct, place: Place): boolean => {
    const { component } = place;
    const { dependents } = subject;
    if (dependents === undefined || means(product, place)) return false;
    const isProduct = (purl: string): boolean =>
      product.ids.some((id) => {
        const [pattern, found] = [read(id), read(purl)];
        return (
          pattern !== undefined &&
          found !== undefined &&
          purlCovers(pattern, found) &&
          product.versions === undefined
        );
      });
    return leadsOnlyThrough(component.purl, dependents, isProduct);
  };

  return ({ products, status }, component) => {
    const isExcuse = status === 'not_affected' || status === 'fixed';
    const place: Place = { component, purl: read(component.purl), isExcuse };
    return products.some((product) => {
      const { subcomponents } = product;
      if (subcomponents.length === 0) return isSubject(product) || means(product, place);
      if (!subcomponents.some((one) => means(one, place))) return false;
      return isSubject(product) || isPlatform(product, subject) || isAround(product, place);
    });
  };
}

/** A version is in the range of what is named, where it has one; of a range that nobody can read only doubts hold. */
function isInRange({ versions }: VexComponent, { component, isExcuse }: Place): boolean {
  const { type, version } = component;
  return versions === undefined || (holdsVersion(versions, type, version) ?? !isExcuse);
}

/** A purl of a source package (`arch=src`, `arch=source`) means whatever was built from it. */
function coversSource(pattern: PurlParts, purl: PurlParts, { source, name, version }: Component): boolean {
  const isSource = ['src', 'source'].includes(qualifier(pattern, 'arch') ?? '');
  if (!isSource || pattern.type !== purl.type || pattern.namespace !== purl.namespace) return false;
  if (pattern.name !== (source?.name ?? name)) return false;
  if (!hasQualifiers(pattern, purl, ['arch', 'epoch'])) return false;
  const built = source?.version ?? version;
  const bare = built?.replace(/^\d+:/, '');
  return (
    pattern.version === undefined ||
    isSameVersion(pattern.type, pattern.version, built) ||
    (pattern.type === 'rpm' && isSameVersion(pattern.type, pattern.version, bare))
  );
}

/** A product that is told by CPE alone. Where the subject's own is not known, its packages' purls must do. */
function isPlatform({ ids, digests }: VexProduct, { cpes = [] }: VexSubject): boolean {
  const named = ids.filter((id) => id.startsWith('cpe:'));
  if (named.length === 0 || named.length < ids.length || digests.length > 0) return false;
  return cpes.length === 0 || named.some((one) => cpes.some((cpe) => meansSamePlatform(one, cpe)));
}

/** `ghcr.io/acme/api@sha256:…` names an image wherever it lies. */
function digestIn(id: string): string | undefined {
  return /(?:^|@)(sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}))$/.exec(id.toLowerCase())?.[1];
}

/**
 * Whether every way from the top to a component leads through the product, and there is one; what nobody depends on is
 * at the top. In a circle that nobody asked for, no way leads anywhere.
 */
function leadsOnlyThrough(
  start: string,
  dependents: ReadonlyMap<string, readonly string[]>,
  isProduct: (purl: string) => boolean,
): boolean {
  const seen = new Set([start]);
  const open = [start];
  let isThere = false;
  for (let purl = open.pop(); purl !== undefined; purl = open.pop()) {
    const above = dependents.get(purl) ?? [];
    if (above.length === 0 || seen.size > MAX_DEPENDENTS) return false;
    for (const one of above) {
      if (isProduct(one)) isThere = true;
      else if (!seen.has(one)) {
        seen.add(one);
        open.push(one);
      }
    }
  }
  return isThere;
}
