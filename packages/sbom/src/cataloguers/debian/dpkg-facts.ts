import type { OwnedPaths } from '../../inventory/owned-paths.ts';
import type { FileSelection, FoundFile, Report } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { type ChiselPackage, inflateManifest, readChiselManifest } from './chisel.ts';
import { keepFields } from './control-file.ts';
import { readCopyright } from './copyright.ts';
import { PACKAGE_FIELDS, SUMMARY_FIELDS } from './deb-package.ts';
import { type OwnedFileKind, readOwnedFiles } from './owned-files.ts';

/** What one file of a Debian system says. Control files stay bytes: each layer has a copy of the database. */
export type DpkgFacts =
  | { readonly kind: 'status' | 'status.d' | 'available' | 'extended'; readonly stanzas: Buffer }
  | { readonly kind: OwnedFileKind; readonly owned: OwnedPaths }
  | { readonly kind: 'copyright'; readonly licences: readonly string[] }
  | { readonly kind: 'chisel'; readonly packages: readonly ChiselPackage[] };

/** What a path is, where its file system begins and which package it is of, if the path says so. */
export interface DpkgPlace {
  readonly kind: DpkgFacts['kind'];
  /** `''`, or `rootfs/`. */
  readonly root: string;
  /** `libc6:amd64` of info/libc6:amd64.list, a copyright's folder, a file in status.d. */
  readonly of: string;
}

/** `available` lists a whole archive where dselect made it, some 60 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

const DATABASE = /^(|.*?\/)(?:var\/|usr\/)?lib\/dpkg\/(status|available|status\.d|info)(?:\/([^/]+))?$/;
const COPYRIGHT = /^(|.*\/)usr\/share\/doc\/([^/]+)\/copyright$/;
const EXTENDED = /^(|.*\/)var\/lib\/apt\/extended_states$/;
const CHISEL = /^(|.*\/)var\/lib\/chisel\/manifest\.wall$/;

/** Scripts and lists of maintainers that lie beside a package's stanza in some distroless images. */
const NO_STANZA =
  /\.(?:preinst|postinst|prerm|postrm|config|templates|triggers|shlibs|symbols|conffiles|list)$/;
const OWNED = /^(.+)\.(list|md5sums|conffiles)$/;

export const DPKG_SELECTION: FileSelection = {
  names: ['copyright'],
  suffixes: [
    ...['lib/dpkg/status', 'lib/dpkg/available', 'var/lib/apt/extended_states'],
    'var/lib/chisel/manifest.wall',
  ],
  folders: ['lib/dpkg/status.d', 'lib/dpkg/info'],
  accepts: (path) => placeOf(path) !== undefined,
  maxBytes: MAX_BYTES,
};

/** Says what a path is to dpkg; `undefined` for what says nothing of packages. */
export function placeOf(path: string): DpkgPlace | undefined {
  const [, extendedRoot] = EXTENDED.exec(path) ?? [];
  if (extendedRoot !== undefined) return { kind: 'extended', root: extendedRoot, of: '' };
  const [, chiselRoot] = CHISEL.exec(path) ?? [];
  if (chiselRoot !== undefined) return { kind: 'chisel', root: chiselRoot, of: '' };
  const [, docRoot, folder] = COPYRIGHT.exec(path) ?? [];
  if (docRoot !== undefined && folder !== undefined) return { kind: 'copyright', root: docRoot, of: folder };
  const [, root, place, name] = DATABASE.exec(path) ?? [];
  if (root === undefined) return undefined;
  if (name === undefined) {
    return place === 'status' || place === 'available' ? { kind: place, root, of: '' } : undefined;
  }
  const [, of = '', kind] = OWNED.exec(name) ?? [];
  if (place === 'info') return isOwnedKind(kind) ? { kind, root, of } : undefined;
  if (place !== 'status.d') return undefined;
  if (kind === 'md5sums') return { kind, root, of };
  return NO_STANZA.test(name) ? undefined : { kind: 'status.d', root, of: name };
}

function isOwnedKind(kind: string | undefined): kind is OwnedFileKind {
  return kind === 'list' || kind === 'md5sums' || kind === 'conffiles';
}

const AVAILABLE_FIELDS = new Set(['package', 'version', 'architecture', 'sha256']);
const EXTENDED_FIELDS = new Set(['package', 'architecture', 'auto-installed']);

/** Reads a file of a Debian system. */
export function readDpkgFile(file: FoundFile, report: Report): DpkgFacts | undefined {
  const place = placeOf(file.path);
  if (place === undefined) return undefined;
  switch (place.kind) {
    case 'status':
    case 'status.d': {
      const stanzas = keepFields(file.bytes, PACKAGE_FIELDS, SUMMARY_FIELDS);
      if (file.bytes.length > 0 && !namesPackage(stanzas)) report('Nothing in it is a package.');
      return { kind: place.kind, stanzas };
    }
    case 'available':
      return { kind: 'available', stanzas: keepFields(file.bytes, AVAILABLE_FIELDS) };
    case 'extended':
      return { kind: 'extended', stanzas: keepFields(file.bytes, EXTENDED_FIELDS) };
    case 'copyright':
      return { kind: 'copyright', licences: detach(readCopyright(file.text())) };
    case 'chisel': {
      const text = inflateManifest(file.bytes);
      if (text !== undefined) return { kind: 'chisel', packages: readChiselManifest(text, place.root) };
      report('It is compressed with zstd, which this Node.js cannot read.');
      return undefined;
    }
    default:
      return { kind: place.kind, owned: readOwnedFiles(place.kind, file.text(), place.root) };
  }
}

/** Whether a field says which package it is; a database whose packages are all removed has some, too. */
function namesPackage(stanzas: Buffer): boolean {
  return /^package:/im.test(stanzas.toString('latin1'));
}
