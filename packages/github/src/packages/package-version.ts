import { SuiteError } from '@artifact-lifecycle/core';
import { tryParseDigest } from '@artifact-lifecycle/registry';
import type { StoredImage } from '@artifact-lifecycle/retention';
import { isObject, type JsonObject, objectAt } from '../payload.ts';
import type { PackageType } from './package-target.ts';

/**
 * Reads a version as GitHub tells it (REST API, schema `package-version`).
 *
 * @throws SuiteError `PROTOCOL_INVALID`: a version that is passed over would look like nobody's
 */
export function readPackageVersion(data: unknown, type: PackageType): StoredImage {
  if (!isObject(data)) throw unexpected('version of a package');
  const { id, name } = data;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof name !== 'string') {
    throw unexpected('version of a package');
  }
  const common = {
    id: String(id),
    pushedAt: readTime(data, 'created_at') ?? 0,
    updatedAt: readTime(data, 'updated_at'),
  };
  if (type !== 'container') return { ...common, digest: undefined, tags: [name] };
  const digest = tryParseDigest(name);
  if (digest === undefined) throw unexpected('version of a container');
  return { ...common, digest, tags: readTags(data) };
}

function readTags(data: JsonObject): readonly string[] {
  const { tags } = objectAt(objectAt(data, 'metadata'), 'container');
  // A version without metadata must not look as if it were untagged.
  if (!Array.isArray(tags)) throw unexpected('version of a container with its tags');
  return tags
    .map((tag: unknown) => {
      if (typeof tag !== 'string') throw unexpected('version of a container with its tags');
      return tag;
    })
    .sort();
}

function readTime(data: JsonObject, key: string): number | undefined {
  const value = data[key];
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** The error for an answer of another kind than GitHub's. */
export function unexpected(what: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `GitHub's API answered something that is no ${what}.`, {
    remedy: 'Check that GITHUB_API_URL leads to GitHub, and no proxy answers in its place.',
  });
}
