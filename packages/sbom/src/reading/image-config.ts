import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  field,
  isJsonObject,
  type JsonObject,
  MAX_MANIFEST_BYTES,
  type Manifest,
  parseBoundedJson,
  parseDigest,
  type Registry,
  type RequestOptions,
  VerifiedStream,
} from '@artifact-lifecycle/registry';
import { MAX_LAYERS } from './limits.ts';

/** A step that made an image (image-spec, config.md, "history"). */
export interface ImageHistory {
  readonly created: string | undefined;
  readonly createdBy: string | undefined;
  readonly comment: string | undefined;
  /** Whether it made no layer. */
  readonly isEmptyLayer: boolean;
}

/** What an image's config says, as far as it is read (image-spec, config.md). */
export interface ImageConfig {
  readonly digest: Digest;
  /** Digests of the tars of its layers, from the base up. */
  readonly diffIds: readonly Digest[];
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly variant: string | undefined;
  readonly created: string | undefined;
  /** Without a prototype, since the keys come from outside. */
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly history: readonly ImageHistory[];
}

/**
 * Reads the config of an image, its bytes verified.
 *
 * @throws SuiteError `UNSUPPORTED` for a manifest that is no image, `LIMIT_EXCEEDED`, `DIGEST_MISMATCH`,
 *   `CONTENT_INVALID`, and what the registry throws
 */
export async function readImageConfig(
  registry: Registry,
  manifest: Manifest,
  options: RequestOptions = {},
): Promise<ImageConfig> {
  const { content, digest } = manifest;
  if (content.kind !== 'image') {
    throw new SuiteError('UNSUPPORTED', `The manifest ${digest} is an ${content.kind}, and no image.`, {
      remedy: 'Name an image, or an index of images.',
    });
  }
  const { config } = content;
  if (config.size > MAX_MANIFEST_BYTES) {
    const message = `The config ${config.digest} has ${config.size} bytes; the limit is ${MAX_MANIFEST_BYTES}.`;
    throw new SuiteError('LIMIT_EXCEEDED', message);
  }
  const verified = new VerifiedStream(config);
  const blob = await registry.openBlob(config, 0, options);
  const [bytes] = await Promise.all([buffer(verified), pipeline(blob, verified)]);
  return parseImageConfig(bytes, config.digest);
}

/**
 * Reads a config from hostile bytes. Only `rootfs` has to be there; of the rest what is not as it should be is
 * absent.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseImageConfig(bytes: Uint8Array, digest: Digest): ImageConfig {
  const what = `config ${digest}`;
  const value = parseBoundedJson(bytes, what);
  if (!isJsonObject(value)) throw new SuiteError('CONTENT_INVALID', `The ${what} is not an object.`);
  const run = field(value, 'config');
  const runtime = isJsonObject(run) ? run : {};
  return {
    digest,
    diffIds: readDiffIds(value, what),
    os: text(value, 'os'),
    architecture: text(value, 'architecture'),
    variant: text(value, 'variant'),
    created: text(value, 'created'),
    labels: readLabels(field(runtime, 'Labels')),
    env: list(runtime, 'Env').filter((item) => typeof item === 'string'),
    history: list(value, 'history').filter(isJsonObject).map(readHistory),
  };
}

function readDiffIds(config: JsonObject, what: string): readonly Digest[] {
  const rootfs = field(config, 'rootfs');
  const ids = isJsonObject(rootfs) ? field(rootfs, 'diff_ids') : undefined;
  if (!Array.isArray(ids)) {
    throw new SuiteError(
      'CONTENT_INVALID',
      `The ${what} has no list rootfs.diff_ids, so that it is of no image.`,
    );
  }
  if (ids.length > MAX_LAYERS) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${what} names ${ids.length} layers; the limit is ${MAX_LAYERS}.`,
    );
  }
  const items: readonly unknown[] = ids;
  return items.map((id, index) =>
    parseDigest(typeof id === 'string' ? id : '', `diff_id ${index + 1} in the ${what}`),
  );
}

function readHistory(step: JsonObject): ImageHistory {
  return {
    created: text(step, 'created'),
    createdBy: text(step, 'created_by'),
    comment: text(step, 'comment'),
    isEmptyLayer: field(step, 'empty_layer') === true,
  };
}

function readLabels(value: unknown): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null);
  if (!isJsonObject(value)) return labels;
  for (const [key, label] of Object.entries(value)) if (typeof label === 'string') labels[key] = label;
  return labels;
}

function text(object: JsonObject, key: string): string | undefined {
  const value = field(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function list(object: JsonObject, key: string): readonly unknown[] {
  const value = field(object, key);
  return Array.isArray(value) ? value : [];
}
