import { type ErrorCode, SuiteError } from '@artifact-lifecycle/core';
import type { HttpResponse } from '@artifact-lifecycle/core/http';
import type { CredentialOrigin } from '../auth/credentials.ts';
import { type CloudKind, cloudOf } from '../cloud/cloud-kind.ts';
import type { Digest } from '../name/digest.ts';
import type { Repository } from '../name/location.ts';
import { formatLocation } from '../name/reference.ts';
import { withoutParameters } from '../oci/media-type.ts';
import { type ErrorBody, printable, readErrorAnswer } from './error-body.ts';
import type { HostKind } from './quirks/kind.ts';
import { QUIRKS } from './quirks/quirks.ts';

/** What a request was for, as its error tells it. */
export interface Purpose {
  readonly repository: Repository;
  /** An infinitive with its object: `read the manifest 1.2.3`. */
  readonly doing: string;
  /** Whether it wanted to write; remedies differ. */
  readonly writes: boolean;
  readonly deletes?: boolean;
  readonly origin: CredentialOrigin;
  /** What kind of registry it is. */
  readonly kind: HostKind;
  /** Of content that is written: its bytes were verified before, so that no refusal is their fault. */
  readonly digest?: Digest;
}

/** Turns an answer that is not what was hoped for into the error that says so; reads its body. */
export async function registryError(response: HttpResponse, purpose: Purpose): Promise<SuiteError> {
  return errorOf(response.status, await readErrorAnswer(response), purpose, response.url.host);
}

/**
 * The error for a status (distribution-spec, "Error Codes").
 *
 * @param answered the host that gave the answer, after redirects.
 */
export function errorOf(status: number, body: ErrorBody, purpose: Purpose, answered: string): SuiteError {
  const { repository, doing } = purpose;
  const place = formatLocation(repository);
  // Servers end their sentences, and so does this one.
  const said = body.excerpt === '' ? `${status}` : `${status} ${body.excerpt.replace(/\.$/, '')}`;
  const fail = (code: ErrorCode, fact: string, remedy?: string): SuiteError =>
    new SuiteError(code, `${fact} ${place}: could not ${doing}; ${answered} answered ${said}.`, {
      ...(remedy === undefined ? {} : { remedy }),
    });
  switch (status) {
    case 401:
      return purpose.origin === 'none'
        ? fail('UNAUTHORIZED', 'Not logged in for', loginRemedy(purpose))
        : fail(
            'UNAUTHORIZED',
            `The credentials from ${ORIGINS[purpose.origin]} were refused for`,
            loginRemedy(purpose),
          );
    case 403:
      if (purpose.origin === 'github-token') {
        return fail(
          'PERMISSION_MISSING',
          'The workflow’s token is not permitted on',
          packagesRemedy(purpose.writes),
        );
      }
      return fail('FORBIDDEN', 'Not permitted on', permissionRemedy(purpose));
    case 404:
      return fail('NOT_FOUND', 'Missing in', missingRemedy(purpose, body));
    case 405:
    case 501:
      return fail('UNSUPPORTED', 'Not supported by', unsupportedRemedy(purpose));
    case 413:
    case 414:
    case 431:
      return fail(
        'LIMIT_EXCEEDED',
        'Too large for',
        'Raise the limit of the registry, or of the proxy in front of it.',
      );
    case 429:
      return fail('RATE_LIMITED', 'Too many requests to', rateRemedy(purpose));
    default:
      if (status >= 500) return fail('UNREACHABLE', 'No service from', 'Try again when the registry works.');
      if (purpose.digest?.startsWith('sha512:') === true && body.codes.includes('DIGEST_INVALID')) {
        return fail(
          'UNSUPPORTED',
          'No sha512 digests in',
          'Use a registry that keeps sha512 digests, or an image of sha256 ones.',
        );
      }
      return fail(codeOf(body), 'Refused by');
  }
}

/** The error for an answer of another kind than the protocol has: a login page where JSON belongs. */
export function unexpectedContent(
  response: HttpResponse,
  bytes: Uint8Array,
  purpose: Purpose,
  wanted: string,
): SuiteError {
  const type = withoutParameters(response.headers['content-type'] ?? '');
  const start = printable(Buffer.from(bytes.subarray(0, 1024)).toString('utf8'));
  return new SuiteError(
    'PROTOCOL_INVALID',
    `${response.url.host} answered ${response.status} with ${type === '' ? 'no content type' : type} where ${wanted} belongs (to ${purpose.doing} of ${formatLocation(purpose.repository)}): ${start === '' ? 'nothing' : start}`,
    {
      remedy: `See what answers at ${response.url.host}: a proxy or a login page may stand in the registry’s place.`,
    },
  );
}

/** The lines a workflow needs for GitHub's own registry. */
export function packagesRemedy(writes: boolean): string {
  return `Give the job the permission, and give this repository access under the package’s settings ("Manage Actions access"):\npermissions:\n  packages: ${writes ? 'write' : 'read'}`;
}

function unsupportedRemedy({ kind, deletes }: Purpose): string {
  return (deletes ? QUIRKS[kind].deletion : undefined) ?? 'Do it with the registry’s own API or console.';
}

function permissionRemedy({ repository, writes, kind }: Purpose): string {
  const place = formatLocation(repository);
  if (kind !== 'ghcr') return `Let these credentials ${writes ? 'write to' : 'read'} ${place}.`;
  return `Let these credentials ${writes ? 'write to' : 'read'} ${place}. ${packagesRemedy(writes)}`;
}

function codeOf(body: ErrorBody): ErrorCode {
  if (body.codes.includes('MANIFEST_BLOB_UNKNOWN') || body.codes.includes('BLOB_UNKNOWN')) return 'NOT_FOUND';
  if (body.codes.includes('DIGEST_INVALID') || body.codes.includes('SIZE_INVALID')) return 'DIGEST_MISMATCH';
  if (body.codes.includes('MANIFEST_INVALID')) return 'CONTENT_INVALID';
  if (body.codes.includes('UNSUPPORTED')) return 'UNSUPPORTED';
  if (body.codes.includes('TOOMANYREQUESTS')) return 'RATE_LIMITED';
  if (body.codes.includes('DENIED')) return 'FORBIDDEN';
  return 'PROTOCOL_INVALID';
}

/** Where credentials were found, in words. */
const ORIGINS: Readonly<Record<CredentialOrigin, string>> = {
  registries: 'the settings "registries"',
  'docker-config': "docker's configuration",
  'github-token': 'the input "github-token"',
  cloud: "the cloud's identity",
  none: 'nowhere',
};

/** What the settings of a cloud's registry take in place of a password. */
const CLOUD_WAYS: Readonly<Record<CloudKind, string>> = {
  aws: 'aws-role',
  google: 'gcp-workload-identity-provider',
  azure: 'azure-client-id and azure-tenant-id',
};

function loginRemedy({ repository, origin }: Purpose): string {
  if (origin !== 'none')
    return `Check the credentials for ${repository.host} that ${ORIGINS[origin]} gave, and whether they have expired.`;
  const cloud = cloudOf(repository.host, undefined);
  const way = cloud === undefined ? 'username and password' : CLOUD_WAYS[cloud];
  return `Log in to ${repository.host} first (docker/login-action), or give ${way} for it in the input "registries".`;
}

function missingRemedy({ repository, writes, origin }: Purpose, body: ErrorBody): string {
  if (writes && (body.codes.includes('NAME_UNKNOWN') || body.codes.includes('REPOSITORYNOTFOUNDEXCEPTION'))) {
    return `Create the repository ${repository.name} first: this registry does not make it on the first push.`;
  }
  return origin === 'none'
    ? 'Check the name, and whether it needs a login: registries hide what a stranger may not see.'
    : 'Check the name, and whether these credentials may see it.';
}

function rateRemedy({ repository, origin, kind }: Purpose): string {
  if (QUIRKS[kind].reads === 'counted' && origin !== 'none')
    return `Try later: ${repository.host} counts every manifest that is read. A paid plan, or a mirror of what is read often, lifts the limit.`;
  return origin === 'none'
    ? `Log in to ${repository.host}: registries allow more to those they know. Or try later.`
    : 'Try later, or with fewer copies at a time.';
}
