import type { CloudContext } from '../cloud-context.ts';
import { readExpiration } from '../expiration.ts';
import type { Lasting } from '../renewable.ts';
import { askTokenService, FORM, refusedBy, secretAt, type TokenAnswer } from '../token-service.ts';
import { type AwsRegion, stsEndpoint } from './aws-region.ts';
import type { AwsCredentials } from './signature.ts';

/** How the session of a role is called in AWS' logs. */
export const SESSION_NAME = 'artifact-lifecycle';

/** STS could not reach the issuer's keys, and says that it may be tried again (API reference, "Errors"). */
const TRY_AGAIN = 'IDPCommunicationError';

/** Waits before asking STS once more, in milliseconds. */
const WAITS = [500, 2_000];

/** What a role is assumed with. */
export interface WebIdentity {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly token: string;
}

/** Who STS must find in the token: one audience a partition. */
export function stsAudience(roleArn: string): string {
  return roleArn.startsWith('arn:aws-cn:') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com';
}

/**
 * Makes keys of a token of OpenID Connect (STS API, `AssumeRoleWithWebIdentity`, which is not signed: the token is the
 * proof).
 *
 * @throws SuiteError `FORBIDDEN` where the role does not trust it, `UNAUTHORIZED`
 */
export async function assumeWithWebIdentity(
  context: CloudContext,
  region: AwsRegion,
  { roleArn, sessionName, token }: WebIdentity,
): Promise<Lasting<AwsCredentials>> {
  const { http, clock } = context;
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: token,
  }).toString();
  const ask = () =>
    askTokenService(http, {
      method: 'POST',
      url: stsEndpoint(context, region),
      headers: { 'content-type': FORM, accept: 'text/xml' },
      body,
      service: 'AWS STS',
    });
  let answer = await ask();
  for (const wait of WAITS) {
    if (answer.status === 200 || textOf(answer.text, 'Code') !== TRY_AGAIN) break;
    await clock.sleep(wait);
    answer = await ask();
  }
  if (answer.status === 200) return readKeys(answer);
  const code = textOf(answer.text, 'Code') ?? '';
  throw refusedBy(answer, {
    doing: `assume the role ${roleArn}`,
    said: [code, textOf(answer.text, 'Message') ?? ''].filter((part) => part !== '').join(': '),
    secrets: [token],
    remedy: REMEDIES.get(code) ?? DEFAULT_REMEDY,
  });
}

const DEFAULT_REMEDY =
  'Check the role, the identity provider of its account, and the conditions of its trust policy.';

const REMEDIES: ReadonlyMap<string, string> = new Map([
  [
    'AccessDenied',
    "Let the role's trust policy permit sts:AssumeRoleWithWebIdentity to this workflow: its conditions on aud and sub must match the token.",
  ],
  [
    'InvalidIdentityToken',
    'Add the issuer of the token, with its audience, as an identity provider to the account of the role.',
  ],
]);

function readKeys(answer: TokenAnswer): Lasting<AwsCredentials> {
  const content = Object.fromEntries(
    ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) => [name, textOf(answer.text, name)]),
  );
  return {
    value: {
      accessKeyId: secretAt(content, 'AccessKeyId', answer),
      secretAccessKey: secretAt(content, 'SecretAccessKey', answer),
      sessionToken: secretAt(content, 'SessionToken', answer),
    },
    expiresAt: readExpiration(textOf(answer.text, 'Expiration'), answer),
  };
}

/** The text of an element, in an answer whose every name stands once. */
function textOf(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`);
  const end = xml.indexOf(`</${name}>`, start);
  if (start === -1 || end === -1) return undefined;
  return xml
    .slice(start + name.length + 2, end)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
    .trim();
}
