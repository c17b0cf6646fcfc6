import type { Hash, HashAlgorithm } from '../../inventory/package.ts';
import { field, isTrue, type JsonObject, objectField, parseJsonObject, textField } from '../json.ts';

/** Where a distribution was installed from, where that was no index (PEP 610). */
export interface DirectUrl {
  /** Without user and password; `undefined` for a folder of the machine that built the image. */
  readonly url: string | undefined;
  /** `git` and the commit, for sources. */
  readonly vcs: { readonly kind: string; readonly commit: string } | undefined;
  /** Of the archive that was installed. */
  readonly hashes: readonly Hash[];
  readonly isEditable: boolean;
}

const ALGORITHMS: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['md5', 'MD5'],
  ['sha1', 'SHA-1'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]);

/**
 * Reads `direct_url.json`.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseDirectUrl(text: string): DirectUrl {
  const document = parseJsonObject(text);
  const vcs = objectField(document, 'vcs_info');
  const [kind, commit] = [textField(vcs, 'vcs'), textField(vcs, 'commit_id')];
  return {
    url: publicUrl(textField(document, 'url')),
    vcs: kind === undefined || commit === undefined ? undefined : { kind, commit },
    hashes: readHashes(objectField(document, 'archive_info')),
    isEditable: isTrue(objectField(document, 'dir_info'), 'editable'),
  };
}

/** `hashes`, or the one `hash` of before; pip writes both. */
function readHashes(archive: JsonObject): readonly Hash[] {
  const pairs = Object.entries(objectField(archive, 'hashes')).map(([name, hex]) => `${name}:${hex}`);
  if (pairs.length === 0) pairs.push(String(field(archive, 'hash') ?? '').replace('=', ':'));
  return pairs.flatMap((pair) => parseHash(pair) ?? []);
}

/** Reads `sha256:<hex>`, as pip, Poetry, uv and PDM write it. */
export function parseHash(text: string): Hash | undefined {
  const colon = text.indexOf(':');
  const algorithm = ALGORITHMS.get(text.slice(0, Math.max(colon, 0)));
  const hex = text.slice(colon + 1).toLowerCase();
  return algorithm !== undefined && /^[0-9a-f]{32,128}$/.test(hex) ? { algorithm, hex } : undefined;
}

/** An address that may be told: secrets in it do not belong in a document. */
export function publicUrl(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol === 'file:') return undefined;
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
