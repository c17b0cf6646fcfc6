import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { field } from '../../oci/json.ts';
import { type CloudContext, variable } from '../cloud-context.ts';
import type { Lasting } from '../renewable.ts';
import { askTokenService, readTokenJson, refusedBy, type TokenAnswer } from '../token-service.ts';
import type { AwsCredentials } from './signature.ts';
import { readTemporaryKeys } from './temporary-keys.ts';

const SERVICE = 'The instance metadata service of AWS';

/** Six hours, the longest; the session is used for seconds. */
const SESSION_SECONDS = '21600';

const ROLES = '/latest/meta-data/iam/security-credentials/';

/**
 * Keys of the role that an instance of EC2 runs as (EC2 User Guide, "Use IMDSv2"); `undefined` where there is no such
 * service or no role. Version 1, which answers whoever gets a request through, is not spoken.
 *
 * @throws SuiteError what a service that is there fails with
 */
export async function readInstanceKeys(context: CloudContext): Promise<Lasting<AwsCredentials> | undefined> {
  if (variable(context, 'AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true') return undefined;
  const base = serviceUrl(context);
  const http = context.openDirectHttp();
  try {
    const session = await openSession(http, base);
    if (session === undefined) return undefined;
    context.onSecret(session);
    const role = (await ask(http, base, ROLES, session))?.text.split('\n', 1)[0]?.trim() ?? '';
    // The name becomes a path.
    if (!/^[\w+=,.@-]+$/.test(role)) return undefined;
    const answer = await ask(http, base, `${ROLES}${role}`, session);
    if (answer === undefined) return undefined;
    const content = readTokenJson(answer);
    const code = field(content, 'Code') ?? 'Success';
    if (code === 'Success') return readTemporaryKeys(content, answer);
    throw refusedBy(answer, {
      doing: `give keys of the role ${role}`,
      said: String(code),
      secrets: [session],
      remedy: "Check the instance's profile and its role.",
      code: 'UNAUTHORIZED',
    });
  } finally {
    http.close();
  }
}

async function openSession(http: HttpClient, base: URL): Promise<string | undefined> {
  try {
    const answer = await askTokenService(http, {
      method: 'PUT',
      url: new URL('/latest/api/token', base),
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': SESSION_SECONDS },
      service: SERVICE,
      retry: false,
    });
    // On machines of other clouds another service has this address, and says something else.
    return answer.status === 200 && /^[\x21-\x7e]+$/.test(answer.text) ? answer.text : undefined;
  } catch (error) {
    if (isSuiteError(error, 'UNREACHABLE', 'PROTOCOL_INVALID', 'LIMIT_EXCEEDED')) return undefined;
    throw error;
  }
}

async function ask(
  http: HttpClient,
  base: URL,
  path: string,
  session: string,
): Promise<TokenAnswer | undefined> {
  const answer = await askTokenService(http, {
    method: 'GET',
    url: new URL(path, base),
    headers: { 'x-aws-ec2-metadata-token': session },
    secretHeaders: ['x-aws-ec2-metadata-token'],
    service: SERVICE,
  });
  if (answer.status === 200) return answer;
  if (answer.status === 404) return undefined;
  throw refusedBy(answer, { doing: 'give keys', said: '', secrets: [session] });
}

function serviceUrl(context: CloudContext): URL {
  const text = variable(context, 'AWS_EC2_METADATA_SERVICE_ENDPOINT');
  if (text === undefined) {
    const isIPv6 = variable(context, 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE')?.toLowerCase() === 'ipv6';
    return new URL(isIPv6 ? 'http://[fd00:ec2::254]/' : 'http://169.254.169.254/');
  }
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new SuiteError('INPUT_INVALID', 'AWS_EC2_METADATA_SERVICE_ENDPOINT is no address.');
}
