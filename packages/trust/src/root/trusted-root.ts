import { isSuiteError, readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import { field, type JsonObject } from '@artifact-lifecycle/registry';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import type { NamedTrustedRoot } from '../instance/instance.ts';
import { Refusal } from '../verifying/refusal.ts';
import { parseStrictObject } from '../verifying/strict-json.ts';
import { prepareTrust } from '../verifying/trust-anchors.ts';

/** Sigstore's own has 7 kB; room for many instances' keys and chains. */
export const MAX_TRUSTED_ROOT_BYTES = 1_000_000;

/** Both forms (sigstore, "TrustedRoot"). */
const MEDIA_TYPES: readonly unknown[] = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
];

/**
 * Reads the trusted root that an input names.
 *
 * @throws SuiteError `NOT_FOUND`, `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readTrustedRootFile(path: string): Promise<NamedTrustedRoot> {
  const what = `The trusted root ${JSON.stringify(path)}`;
  const bytes = await readBoundedFile(path, MAX_TRUSTED_ROOT_BYTES, what, {
    missing: 'Check the input "trusted-root"; it starts at the workspace.',
  });
  return readTrustedRoot(bytes, path);
}

/**
 * Reads a `trusted_root.json`, to its last key and certificate: a root that is broken is told of before it is used.
 *
 * @param name what it is told by: its path, or whose it is.
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readTrustedRoot(bytes: Uint8Array, name: string): Promise<NamedTrustedRoot> {
  if (bytes.length > MAX_TRUSTED_ROOT_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The trusted root ${name} has ${bytes.length} bytes; at most ${MAX_TRUSTED_ROOT_BYTES} are read.`,
    );
  }
  const { TrustedRoot: reader } = await import(/* webpackMode: "eager" */ '@sigstore/protobuf-specs');
  let root: TrustedRoot;
  try {
    const parsed = parseStrictObject(bytes, `trusted root ${name}`);
    checkForm(parsed);
    root = reader.fromJSON(parsed);
  } catch (cause) {
    if (isSuiteError(cause)) throw cause;
    const fact = cause instanceof Refusal ? cause.message : 'It is not one.';
    throw new SuiteError('CONTENT_INVALID', `The trusted root ${name} cannot be read: ${fact}`, { cause });
  }
  const named = { name, root };
  await prepareTrust(named);
  return named;
}

function checkForm(parsed: JsonObject): void {
  if (!MEDIA_TYPES.includes(field(parsed, 'mediaType'))) {
    throw new Refusal('its media type is not that of a trusted root of version 0.1 or 0.2.');
  }
  // Without authorities nobody is trusted, which nobody means who names a root.
  const authorities = field(parsed, 'certificateAuthorities');
  const logs = field(parsed, 'tlogs');
  const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0;
  if (isEmpty(authorities) && isEmpty(logs)) throw new Refusal('it holds no authority and no log.');
}

/** A root that trusts nobody: for signing with a key of one's own, which needs no authority. */
export async function emptyTrustedRoot(): Promise<TrustedRoot> {
  const { TrustedRoot: reader } = await import(/* webpackMode: "eager" */ '@sigstore/protobuf-specs');
  return reader.fromJSON({ mediaType: MEDIA_TYPES[0] });
}
