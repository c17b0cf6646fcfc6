import { type Digest, isDigest } from './digest.ts';

/** What the referrers API tells about a manifest (distribution-spec, "Listing Referrers"). */
export interface ManifestSummary {
  readonly subject: Digest | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, unknown>> | undefined;
}

/** An object out of JSON: nothing is known of its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Says whether a value out of JSON is an object (and neither null nor a list). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON object, or gives `undefined` where the bytes are none. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads what the referrers API needs, and forgives everything: seeded bytes may be no manifest at all. */
export function summariseManifest(bytes: Uint8Array): ManifestSummary {
  const manifest = parseObject(bytes);
  const subject = isObject(manifest?.['subject']) ? manifest['subject']['digest'] : undefined;
  const config = isObject(manifest?.['config']) ? manifest['config']['mediaType'] : undefined;
  const own = manifest?.['artifactType'];
  const annotations = manifest?.['annotations'];
  return {
    subject: typeof subject === 'string' && isDigest(subject) ? subject : undefined,
    artifactType:
      typeof own === 'string' && own !== ''
        ? own
        : typeof config === 'string' && config !== ''
          ? config
          : undefined,
    annotations: isObject(annotations) ? annotations : undefined,
  };
}
