import type { PurlParts } from '@artifact-lifecycle/sbom';
import { hasQualifiers, qualifier } from './purl-match.ts';

/**
 * Whether a purl of type `oci` or `docker` means an image. A digest is the image wherever it was copied to; else as for
 * every purl, but that `repository_url` is written with the image's name (purl-spec's examples) and without (its text),
 * and that Docker Hub has three names.
 */
export function meansImage(pattern: PurlParts, image: PurlParts): boolean {
  if (pattern.type !== image.type || (pattern.type !== 'oci' && pattern.type !== 'docker')) return false;
  const version = pattern.version?.toLowerCase();
  if (version !== undefined && version !== image.version?.toLowerCase()) return false;
  if (version?.startsWith('sha') === true && version.includes(':')) {
    return hasQualifiers(pattern, image, ['repository_url', 'tag']);
  }
  if (pattern.name !== image.name) return false;
  if (pattern.type === 'docker' && (pattern.namespace ?? 'library') !== (image.namespace ?? 'library')) {
    return false;
  }
  return hasQualifiers(pattern, image, ['repository_url']) && isSamePlace(pattern, image);
}

function isSamePlace(pattern: PurlParts, image: PurlParts): boolean {
  const meant = qualifier(pattern, 'repository_url');
  const found = qualifier(image, 'repository_url');
  if (meant === undefined) return true;
  if (found === undefined) return false;
  const [place, whole] = [plain(meant), plain(found)];
  const withName = (text: string): string => `${text}/${image.name}`;
  const isHost = pattern.type === 'docker' && whole.startsWith(`${place}/`) && !place.includes('/');
  return place === whole || withName(place) === whole || place === withName(whole) || isHost;
}

function plain(address: string): string {
  return address
    .toLowerCase()
    .replace(/^(?:https?|oci|docker):\/\//, '')
    .replace(/\/$/, '')
    .replace(/^(?:index|registry-1)\.docker\.io(?=\/|$)/, 'docker.io')
    .replace(/^docker\.io\/library(?=\/|$)/, 'docker.io');
}
