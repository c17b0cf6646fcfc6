import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type TokenKey, verifyToken } from '../sigstore/json-web-token.ts';
import { receiveBody } from '../sigstore/service.ts';
import type { AwsKeys } from './aws-keys.ts';

/** An identity provider of an account, and the roles that trust it. */
export interface StsTrust {
  readonly issuer: string;
  readonly keys: () => Promise<readonly TokenKey[]>;
  readonly audience: string;
  /** By ARN: the `sub` each trusts. */
  readonly roles: Readonly<Record<string, string>>;
}

/** How STS answers: XML, with a name of its own for each refusal. */
function refuse(status: number, code: string, message: string): Answer {
  return answerXml(
    status,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
  );
}

/** `AssumeRoleWithWebIdentity`: gives keys for a token that holds and that the role trusts. */
export async function answerSts(
  exchange: Exchange,
  trust: StsTrust | undefined,
  now: number,
  give: () => AwsKeys & { readonly sessionToken: string; readonly expiresAt: number },
): Promise<Answer> {
  const form = new URLSearchParams((await receiveBody(exchange)).toString('utf8'));
  if (exchange.header('authorization') !== undefined) {
    return refuse(403, 'InvalidClientTokenId', 'The request is not to be signed.');
  }
  if (form.get('Action') !== 'AssumeRoleWithWebIdentity' || form.get('Version') !== '2011-06-15') {
    return refuse(400, 'InvalidAction', 'Could not find operation.');
  }
  const session = form.get('RoleSessionName') ?? '';
  if (!/^[\w+=,.@-]{2,64}$/.test(session))
    return refuse(400, 'ValidationError', 'roleSessionName is invalid.');
  const token = form.get('WebIdentityToken') ?? '';
  const role = form.get('RoleArn') ?? '';
  if (trust === undefined) {
    return refuse(400, 'InvalidIdentityToken', 'No OpenIDConnect provider found in your account.');
  }
  const { issuer, audience } = trust;
  const claims = verifyToken(token, { issuer, audience, keys: await trust.keys(), now });
  if (claims === undefined) {
    return refuse(400, 'InvalidIdentityToken', `The token ${token} does not hold for the provider.`);
  }
  if (!Object.hasOwn(trust.roles, role) || trust.roles[role] !== claims['sub']) {
    return refuse(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = give();
  return answerXml(
    200,
    `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Audience>${audience}</Audience><AssumedRoleUser><AssumedRoleId>AROA:${session}</AssumedRoleId><Arn>${role}/${session}</Arn></AssumedRoleUser><Provider>${issuer}</Provider><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${escapeXml(secretAccessKey)}</SecretAccessKey><SessionToken>${escapeXml(sessionToken)}</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  );
}

function answerXml(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
