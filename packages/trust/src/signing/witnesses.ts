import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { SigstoreInstance } from '../instance/instance.ts';
import { parseServiceUrl } from '../service/service-url.ts';
import { createRekorV1 } from './rekor-v1.ts';
import { createRekorV2 } from './rekor-v2.ts';
import { createTimestampAuthority } from './timestamp-authority.ts';
import type { Witness } from './witness.ts';

/**
 * Makes the witnesses of an instance: its log and its timestamp authority, as far as it has them.
 *
 * @throws SuiteError `INPUT_INVALID` when an address is none
 */
export function createWitnesses(instance: SigstoreInstance, http: HttpClient): readonly Witness[] {
  const { rekor, tsaUrl } = instance;
  const witnesses: Witness[] = [];
  if (rekor !== undefined) {
    const url = parseServiceUrl(rekor.url, 'rekor-url');
    witnesses.push(rekor.version === 1 ? createRekorV1(http, url) : createRekorV2(http, url));
  }
  if (tsaUrl !== undefined)
    witnesses.push(createTimestampAuthority(http, parseServiceUrl(tsaUrl, 'tsa-url')));
  return witnesses;
}
