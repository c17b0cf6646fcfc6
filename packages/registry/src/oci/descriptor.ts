import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestAlgorithm, digestOf, parseDigest } from '../name/digest.ts';
import { field, isJsonObject, type JsonObject } from './json.ts';

/** What a manifest is for, in an index (image-spec, image-index.md, "platform"). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly osVersion?: string | undefined;
}

/** Names content by type, digest and size (image-spec, descriptor.md). Sizes are bytes. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly platform?: Platform | undefined;
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Where a foreign layer is fetched from. */
  readonly urls?: readonly string[] | undefined;
  /** The content itself, base64, where the descriptor embeds it. */
  readonly data?: string | undefined;
}

/**
 * Embedded content is meant to save a round trip for a small config (image-spec, descriptor.md, "Embedded
 * Content"); what every registry must accept as a manifest is more than any such use.
 */
const MAX_EMBEDDED_BYTES = 4 * 1024 * 1024;

/**
 * Printable ASCII, so that a media type can go into a header as it stands. Stricter grammar would refuse
 * artifacts that exist, such as layers of `text/plain; charset=utf-8`.
 */
const MEDIA_TYPE_TEXT = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

/** A platform as docker writes it: `linux/arm64/v8`. */
export function formatPlatform(platform: Platform): string {
  const base = `${platform.os}/${platform.architecture}`;
  return platform.variant === undefined ? base : `${base}/${platform.variant}`;
}

/**
 * Reads a descriptor from parsed JSON of hostile origin; fields it does not know are ignored.
 *
 * @param what names it, for errors: `layer 3 of the manifest sha256:…`.
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED` or, where embedded data is not what the digest
 *   names, `DIGEST_MISMATCH`
 */
export function parseDescriptor(value: unknown, what: string): Descriptor {
  if (!isJsonObject(value)) throw invalid(what, 'is not an object');
  const mediaType = requireMediaType(field(value, 'mediaType'), what);
  const size = field(value, 'size');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(what, `has the size ${JSON.stringify(size)}, which is not a whole number of bytes`);
  }
  const digest = parseDigest(optionalString(value, 'digest', what) ?? '', `digest of ${what}`);
  const data = optionalString(value, 'data', what);
  if (data !== undefined) verifyEmbedded(data, digest, size, what);
  const descriptor: Descriptor = {
    mediaType,
    digest,
    size,
    platform: readPlatform(field(value, 'platform'), what),
    artifactType: optionalString(value, 'artifactType', what),
    annotations: readAnnotations(value, what),
    urls: readUrls(field(value, 'urls'), what),
    data,
  };
  return withoutAbsent(descriptor);
}

/**
 * Reads a media type: 1 to 255 printable ASCII characters.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function requireMediaType(value: unknown, what: string): string {
  if (typeof value === 'string' && MEDIA_TYPE_TEXT.test(value)) return value;
  throw invalid(what, `has the media type ${quote(value)}, which is none`);
}

/**
 * Reads the annotations of a manifest or descriptor: a map of text to text without a prototype, because
 * its keys come from outside.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function readAnnotations(
  object: JsonObject,
  what: string,
): Readonly<Record<string, string>> | undefined {
  const value = field(object, 'annotations');
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw invalid(what, 'has annotations that are not an object');
  const annotations: Record<string, string> = Object.create(null);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(what, `has the annotation ${quote(key)} that is not text`);
    annotations[key] = text;
  }
  return annotations;
}

/**
 * Reads a text field that may be absent.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function optionalString(object: JsonObject, key: string, what: string): string | undefined {
  const value = field(object, key);
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(what, `has the field "${key}" that is not text`);
}

function readPlatform(value: unknown, what: string): Platform | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw invalid(what, 'has a platform that is not an object');
  const os = optionalString(value, 'os', what);
  const architecture = optionalString(value, 'architecture', what);
  const variant = optionalString(value, 'variant', what);
  const osVersion = optionalString(value, 'os.version', what);
  // Go's encoders write empty fields for entries that are for no platform.
  if (!os || !architecture) return undefined;
  return {
    os,
    architecture,
    ...(variant ? { variant } : {}),
    ...(osVersion ? { osVersion } : {}),
  };
}

function readUrls(value: unknown, what: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid(what, 'has urls that are not a list');
  const urls: unknown[] = value;
  return urls.map((url) => {
    if (typeof url !== 'string') throw invalid(what, 'has a url that is not text');
    return url;
  });
}

function verifyEmbedded(data: string, digest: Digest, size: number, what: string): void {
  if (data.length > Math.ceil(MAX_EMBEDDED_BYTES / 3) * 4) {
    throw new SuiteError('LIMIT_EXCEEDED', `The ${what} embeds more than ${MAX_EMBEDDED_BYTES} bytes.`);
  }
  const bytes = Buffer.from(data, 'base64');
  // Buffer skips what is not base64; only the way back tells whether the text was.
  if (bytes.toString('base64') !== data) throw invalid(what, 'embeds data that is not base64');
  const actual = digestOf(bytes, digestAlgorithm(digest));
  if (bytes.length !== size || actual !== digest) {
    throw new SuiteError(
      'DIGEST_MISMATCH',
      `The ${what} names ${digest} of ${size} bytes but embeds ${actual} of ${bytes.length} bytes.`,
    );
  }
}

/** Keeps absent fields absent, so that descriptors compare by what they say. */
function withoutAbsent(descriptor: Descriptor): Descriptor {
  const { platform, artifactType, annotations, urls, data, ...required } = descriptor;
  return {
    ...required,
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(urls === undefined ? {} : { urls }),
    ...(data === undefined ? {} : { data }),
  };
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 200);
}

function invalid(what: string, fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `The ${what} ${fact}.`);
}
