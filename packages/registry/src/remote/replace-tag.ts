import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { formatLocation } from '../name/reference.ts';
import type { Tag } from '../name/tag.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Replaced, RequestOptions } from '../registry.ts';
import { putManifest, resolveManifest, tryFetchManifest } from './manifests.ts';
import { conditionOf } from './referrers-tag.ts';
import type { RepositoryAccess } from './repository-access.ts';

/**
 * Points a tag to a manifest only while it names what it was last seen to name. Where the registry knows conditions
 * (RFC 9110, section 13.1) nobody gets in between; elsewhere the moment between looking and writing is left.
 *
 * @throws SuiteError `PLAN_STALE` where the tag names something else by now
 */
export async function replaceTag(
  access: RepositoryAccess,
  tag: Tag,
  manifest: Manifest,
  replaces: Replaced,
  options: RequestOptions,
): Promise<void> {
  const current = await tryFetchManifest(access, tag, options);
  const stale = (now: string | undefined): SuiteError =>
    new SuiteError(
      'PLAN_STALE',
      `${formatLocation(access.repository)}:${tag} was to move from ${replaces} to ${manifest.digest}, but points to ${now ?? 'nothing'} by now.`,
      { remedy: 'Run it again; somebody else writes this tag, too.' },
    );
  if ((current?.manifest.digest ?? 'nothing') !== replaces) throw stale(current?.manifest.digest);
  try {
    await putManifest(access, tag, manifest, { signal: options.signal, condition: conditionOf(current) });
  } catch (error) {
    // Where the tag is gone, a failed condition (412) is no more than an answer nobody knows.
    if (!isSuiteError(error, 'TAG_EXISTS', 'PROTOCOL_INVALID')) throw error;
    const now = (await resolveManifest(access, tag, options))?.digest;
    throw (now ?? 'nothing') === replaces ? error : stale(now);
  }
}
