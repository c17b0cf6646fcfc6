import { SuiteError } from '@artifact-lifecycle/core';
import { optionalString } from './descriptor.ts';
import { field, type JsonObject } from './json.ts';
import { isManifestType, isSchema1, MEDIA_TYPE, withoutParameters } from './media-type.ts';

/** Content types that servers send for lack of a better one: they say nothing about a manifest. */
const GENERIC_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'binary/octet-stream',
  'text/plain',
]);

/** The type that a Content-Type or descriptor claims; `undefined` where it says nothing about a manifest. */
export function claimedType(mediaType: string | undefined): string | undefined {
  const type = withoutParameters(mediaType ?? '');
  return GENERIC_TYPES.has(type) ? undefined : type;
}

/** @throws SuiteError `UNSUPPORTED` for a type that is claimed and nobody here can read */
export function refuseUnknown(type: string | undefined, what: string): void {
  if (type === undefined || isManifestType(type)) return;
  if (isSchema1(type)) throw schema1(what);
  throw new SuiteError(
    'UNSUPPORTED',
    `The ${what} has the type ${JSON.stringify(type)}, which is not known.`,
    {
      remedy: 'Use OCI or docker schema 2 manifests and indexes.',
    },
  );
}

/** The error for docker's schema 1. */
export function schema1(what: string): SuiteError {
  return new SuiteError('UNSUPPORTED', `The ${what} is in docker's schema 1, which has no fixed digest.`, {
    remedy: 'Pull the image with a current docker or build it anew, and push it again: that writes schema 2.',
  });
}

/**
 * The type of a manifest: what it says itself, which must be what was claimed; else what was claimed; else what
 * it shows.
 *
 * @throws SuiteError `CONTENT_INVALID`, `UNSUPPORTED`
 */
export function decideType(object: JsonObject, claimed: string | undefined, what: string): string {
  const own = optionalString(object, 'mediaType', what);
  if (own !== undefined && own !== '') {
    if (claimed !== undefined && own !== claimed) {
      throw invalid(what, `says it is ${JSON.stringify(own)}, but was named as ${JSON.stringify(claimed)}`);
    }
    refuseUnknown(own, what);
    return own;
  }
  if (claimed !== undefined) return claimed;
  return guessType(object, what);
}

/**
 * image-spec, manifest.md: `mediaType` may be absent in OCI manifests and indexes, and in nothing else
 * the suite reads.
 */
function guessType(object: JsonObject, what: string): string {
  if (field(object, 'schemaVersion') === 1) throw schema1(what);
  const isIndex = field(object, 'manifests') !== undefined;
  const isImage = field(object, 'config') !== undefined && field(object, 'layers') !== undefined;
  if (isIndex && !isImage) return MEDIA_TYPE.ociIndex;
  if (isImage && !isIndex) return MEDIA_TYPE.ociManifest;
  throw invalid(what, 'does not say of what type it is, and does not show it');
}

function invalid(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`);
}
