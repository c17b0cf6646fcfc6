import type { Hash } from '../../inventory/package.ts';
import { parseHash } from '../hash.ts';
import { field, isTrue, type JsonObject, objectField, parseJsonObject, textField } from '../json.ts';
import { publicUrl } from '../public-url.ts';

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
