import { SuiteError } from '@artifact-lifecycle/core';
import { discard } from '@artifact-lifecycle/core/http';
import { type Digest, tryParseDigest } from '../name/digest.ts';
import type { Tag } from '../name/tag.ts';
import type { RequestOptions } from '../registry.ts';
import { registryError } from './registry-error.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** Removes a tag, or a manifest with its tags. */
export async function deleteManifest(
  access: RepositoryAccess,
  reference: Tag | Digest,
  options: RequestOptions,
): Promise<void> {
  const response = await access.send({
    method: 'DELETE',
    target: access.path(`manifests/${reference}`),
    scopes: access.scopes('pull', 'delete'),
    signal: options.signal,
  });
  if (response.status >= 200 && response.status <= 299) {
    await discard(response);
    return;
  }
  const isTag = tryParseDigest(reference) === undefined;
  const doing = `delete the ${isTag ? 'tag' : 'manifest'} ${reference}`;
  const error = await registryError(response, { ...(await access.purpose(doing, true)), deletes: true });
  // distribution-spec, "Deleting tags": 400 or 405. distribution 2.8 takes the tag for a bad digest.
  if (!isTag || response.status !== 400) throw error;
  throw new SuiteError('UNSUPPORTED', error.message, {
    remedy: 'Delete the manifest by its digest, or the tag with the registry’s own API.',
    cause: error,
  });
}
