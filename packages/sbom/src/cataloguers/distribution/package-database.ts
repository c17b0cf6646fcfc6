import type { Unknown } from '../../inventory/unknown.ts';

/** Databases of dpkg, apk, opkg and rpm: what is installed stands there, and nowhere else. */
const DATABASES =
  /(?:^|\/)(?:lib\/dpkg\/(?:status|status\.d\/[^/]+|chisel\/[^/]+)|chisel\/manifest\.wall|lib\/(?:apk\/db\/installed|opkg\/(?:status|info\/[^/]+\.control))|rpm\/(?:Packages|Packages\.db|rpmdb\.sqlite|rpmdb\.sqlite-wal)|rpmmanifest\/container-manifest-2)$/;

/**
 * Whether what could not be read is the list of a distribution's packages, or a part of it: then more may be installed
 * than an inventory knows, and that is not a broken file beside the others.
 */
export function isPackageDatabase({ path }: Pick<Unknown, 'path'>): boolean {
  return DATABASES.test(path);
}
