import * as zlib from 'node:zlib';
import { type OwnedPaths, ownPaths } from '../../inventory/owned-paths.ts';
import { linesOf } from './control-file.ts';

/** A package that Chisel cut slices from. */
export interface ChiselPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | undefined;
  /** SHA-256 of the .deb, in hexadecimal digits. */
  readonly sha256: string | undefined;
  readonly owned: OwnedPaths;
}

/** A manifest of ten thousand files has some 3 MB. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

/** Inflates a manifest.wall; `undefined` where this Node (before 22.15) cannot. Throws where it is no zstd. */
export function inflateManifest(bytes: Buffer): string | undefined {
  if (typeof zlib.zstdDecompressSync !== 'function') return undefined;
  return zlib.zstdDecompressSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8');
}

/**
 * Reads the manifest of Chisel, of which Ubuntu's distroless images are made: an object a line ("jsonwall"), where
 * `package` has a name and version and `content` says which slice (`openssl_bins`) a path is of.
 */
export function readChiselManifest(text: string, root: string): readonly ChiselPackage[] {
  const packages: Omit<ChiselPackage, 'owned'>[] = [];
  const paths = new Map<string, string[]>();
  for (const line of linesOf(text)) {
    const entry = parseObject(line);
    const name = entry.get('name');
    const version = entry.get('version');
    const [slice, path] = [entry.get('slice'), entry.get('path')];
    if (entry.get('kind') === 'package' && name !== undefined && version !== undefined) {
      const sha256 = entry.get('sha256');
      const isDigest = sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256);
      packages.push({
        name,
        version,
        architecture: entry.get('arch'),
        sha256: isDigest ? sha256 : undefined,
      });
    } else if (entry.get('kind') === 'content' && slice !== undefined && path !== undefined) {
      // Names of slices have no underscore after the package's name (Chisel, "Slice definitions").
      const owner = slice.slice(0, slice.lastIndexOf('_'));
      const owned = paths.get(owner) ?? [];
      paths.set(owner, owned);
      owned.push(root + path.replace(/^\//, ''));
    }
  }
  return packages.map((found) => ({ ...found, owned: ownPaths(paths.get(found.name) ?? []) }));
}

function parseObject(line: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    );
  } catch {
    return new Map();
  }
}
