import { SuiteError } from '@artifact-lifecycle/core';
import type { Credentials } from '../../auth/credentials.ts';
import { field, isJsonObject, type JsonObject } from '../../oci/json.ts';
import type { CloudContext } from '../cloud-context.ts';
import type { Lasting } from '../renewable.ts';
import { awsErrorCode, awsReason } from './aws-exception.ts';
import { type AwsAnswer, AwsJsonApi } from './aws-json-api.ts';
import type { EcrLoginPlace } from './ecr-host.ts';
import type { AwsCredentials } from './signature.ts';

/** A password of ECR has some 3 KiB. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Makes user name and password of keys of AWS: `GetAuthorizationToken` of Amazon ECR (API version 2015-09-21) or of ECR
 * Public (2020-10-30). The password lasts twelve hours.
 *
 * @throws SuiteError `FORBIDDEN`, `UNAUTHORIZED`
 */
export async function logInToEcr(
  { http, clock }: Pick<CloudContext, 'http' | 'clock'>,
  { isPublic, region: { region }, endpoint }: EcrLoginPlace,
  credentials: AwsCredentials,
): Promise<Lasting<Credentials>> {
  const api = new AwsJsonApi({
    http,
    clock,
    endpoint,
    scope: { region, service: isPublic ? 'ecr-public' : 'ecr' },
    credentials: async () => credentials,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  const service = isPublic ? 'SpencerFrontendService' : 'AmazonEC2ContainerRegistry_V20150921';
  const answer = await api.call(`${service}.GetAuthorizationToken`, {});
  if (answer.status !== 200) throw awsError(answer, `log in at ${endpoint.host}`, isPublic);
  const data = field(answer.content, 'authorizationData');
  // One registry at a time: a list with one element, or in ECR Public the element itself.
  const [first]: readonly unknown[] = Array.isArray(data) ? data : [data];
  return readAuthorization(isJsonObject(first) ? first : {}, endpoint.host);
}

function readAuthorization(data: JsonObject, host: string): Lasting<Credentials> {
  const token = field(data, 'authorizationToken');
  const expiresAt = field(data, 'expiresAt');
  const decoded = typeof token === 'string' ? Buffer.from(token, 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  if (colon <= 0 || colon === decoded.length - 1) {
    throw new SuiteError('PROTOCOL_INVALID', `${host} answered without a user name and password.`);
  }
  return {
    value: { kind: 'basic', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) },
    // JSON 1.1 has seconds with a fraction.
    expiresAt: typeof expiresAt === 'number' && Number.isFinite(expiresAt) ? expiresAt * 1000 : undefined,
  };
}

function awsError(answer: AwsAnswer, doing: string, isPublic: boolean): SuiteError {
  const { status, exception } = answer;
  const code = awsErrorCode(answer);
  const reason = awsReason(answer);
  const name = isPublic ? 'ecr-public' : 'ecr';
  return new SuiteError(
    code,
    `Amazon ECR answered ${status} ${exception}${reason === '' ? '' : ` (${reason})`} to the wish to ${doing}.`,
    code === 'FORBIDDEN'
      ? {
          remedy: `Let the role or user do ${name}:GetAuthorizationToken${isPublic ? ' and sts:GetServiceBearerToken' : ''} on all resources.`,
        }
      : code === 'UNAUTHORIZED'
        ? { remedy: 'Check the keys of AWS: whether they have expired, and which account they are of.' }
        : {},
  );
}
