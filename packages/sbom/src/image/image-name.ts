import { basename, resolve } from 'node:path';
import { formatLocation, type Location } from '@artifact-lifecycle/registry';

/** What tools name an archive's file beside its own name. */
const ARCHIVE_ENDS = /(?:\.tar|\.tar\.gz|\.tgz)$/i;

/**
 * How documents call an image: `ghcr.io/acme/app` of a registry, the last part of its path where it lies in a
 * directory or an archive. The rest of such a path is the machine's own, and would make other bytes on each.
 */
export function imageName(location: Location): string {
  if (location.kind === 'registry') return formatLocation(location);
  const name = basename(resolve(location.path));
  return (location.kind === 'archive' ? name.replace(ARCHIVE_ENDS, '') : name) || 'image';
}
