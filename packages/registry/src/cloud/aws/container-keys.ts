import { readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import { isLoopbackHost } from '@artifact-lifecycle/core/http';
import { type CloudContext, variable } from '../cloud-context.ts';
import type { Lasting } from '../renewable.ts';
import { askTokenService, readTokenJson, refusedBy } from '../token-service.ts';
import type { AwsCredentials } from './signature.ts';
import { readTemporaryKeys } from './temporary-keys.ts';

const SERVICE = 'The container credential service of AWS';

/** Where ECS and EKS answer containers without TLS; nobody else is believed to be them (SDK reference). */
const PLAIN_HOSTS: readonly string[] = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];

/** EKS' tokens have some 1 KiB. */
const MAX_TOKEN_BYTES = 64 * 1024;

/**
 * Keys that ECS or EKS give a container (SDK reference, "Container credential provider"); `undefined` where the
 * environment names no such service.
 *
 * @throws SuiteError `INPUT_INVALID` for an address that may be anybody's, and what the service answers
 */
export async function readContainerKeys(context: CloudContext): Promise<Lasting<AwsCredentials> | undefined> {
  const url = serviceUrl(context);
  if (url === undefined) return undefined;
  const token = await readToken(context);
  if (token !== undefined) context.onSecret(token);
  const http = context.openDirectHttp();
  try {
    const answer = await askTokenService(http, {
      method: 'GET',
      url,
      headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: token }) },
      service: SERVICE,
    });
    if (answer.status === 200) return readTemporaryKeys(readTokenJson(answer), answer);
    throw refusedBy(answer, {
      doing: 'give keys',
      said: '',
      secrets: token === undefined ? [] : [token],
      remedy: 'Check the role of the task or pod.',
    });
  } finally {
    http.close();
  }
}

function serviceUrl(context: CloudContext): URL | undefined {
  const relative = variable(context, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  if (relative !== undefined) {
    // Two slashes, or none, would lead to another host.
    if (/^\/(?!\/)/.test(relative)) return new URL(`http://169.254.170.2${relative}`);
    throw invalid('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path.');
  }
  const full = variable(context, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  if (full === undefined) return undefined;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  const isPlain =
    url?.protocol === 'http:' && (isLoopbackHost(url.hostname) || PLAIN_HOSTS.includes(url.hostname));
  if (url !== undefined && (url.protocol === 'https:' || isPlain)) return url;
  throw invalid(
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of ECS, EKS or this machine.',
  );
}

async function readToken(context: CloudContext): Promise<string | undefined> {
  const file = variable(context, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const token =
    file === undefined
      ? variable(context, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
      : (await readBoundedFile(file, MAX_TOKEN_BYTES, `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ${file}`))
          .toString('utf8')
          .trimEnd();
  if (token === undefined || /^[\x20-\x7e]+$/.test(token)) return token;
  throw invalid('The authorization token for the container credential service is no single line of text.');
}

function invalid(message: string): SuiteError {
  return new SuiteError('INPUT_INVALID', message, {
    remedy: 'Leave the variables to ECS or EKS, or unset them.',
  });
}
