import { isLoopbackHost } from '@artifact-lifecycle/core/http';
import type { CloudContext } from '../cloud-context.ts';
import { endpointAt, isSafeAddress } from '../endpoint.ts';

/** Where tokens of other issuers become Google's; a variable of gcloud may say another place. */
export function stsTokenUrl(context: Pick<CloudContext, 'environment'>): URL {
  const base = endpointAt(context, 'CLOUDSDK_API_ENDPOINT_OVERRIDES_STS');
  return new URL('/v1/token', base ?? 'https://sts.googleapis.com/');
}

/** Where a service account's token is made for whoever may act as it. */
export function impersonationUrl(context: Pick<CloudContext, 'environment'>, account: string): URL {
  const base = endpointAt(context, 'CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS');
  const name = encodeURIComponent(account).replaceAll('%40', '@');
  const path = `/v1/projects/-/serviceAccounts/${name}:generateAccessToken`;
  return new URL(path, base ?? 'https://iamcredentials.googleapis.com/');
}

/** Whether an address that a file names is Google's, or this machine's: nobody else gets what is in the file. */
export function isGoogleAddress(url: URL): boolean {
  return isSafeAddress(url) && (isLoopbackHost(url.hostname) || /\.googleapis\.com$/.test(url.hostname));
}
