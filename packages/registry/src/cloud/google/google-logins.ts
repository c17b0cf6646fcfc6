import { readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import { parseJson } from '@artifact-lifecycle/core/http';
import type { Credentials } from '../../auth/credentials.ts';
import { field, isJsonObject } from '../../oci/json.ts';
import { type CloudContext, requestRunToken, variable } from '../cloud-context.ts';
import type { Lasting } from '../renewable.ts';
import { askTokenService, refusedBy } from '../token-service.ts';
import { type GoogleFile, readGoogleFile, type SubjectSource } from './credential-file.ts';
import { exchangeFederated, impersonate } from './federation.ts';
import { impersonationUrl, stsTokenUrl } from './google-endpoint.ts';
import { logInWithKey } from './service-account.ts';

/** A token of another issuer has some 2 KiB. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** An identity of Google's that settings name. */
export interface WorkloadIdentity {
  /** With or without `//iam.googleapis.com/` before it. */
  readonly provider: string;
  /** Whom to act as; absent: the workflow's own principal. */
  readonly serviceAccount: string | undefined;
}

/** Logs in as a workload: the run's own token becomes Google's. @throws SuiteError */
export async function logInAsWorkload(
  context: CloudContext,
  { provider, serviceAccount }: WorkloadIdentity,
): Promise<Lasting<Credentials>> {
  const resource = provider.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '');
  // The audience that providers allow without being told (IAM, "Prepare the external identity provider").
  const token = await requestRunToken(context, `https://iam.googleapis.com/${resource}`);
  const audience = `//iam.googleapis.com/${resource}`;
  const federated = await exchangeFederated(context, { url: stsTokenUrl(context), audience, token });
  if (serviceAccount === undefined) return credentialsOf(federated);
  return credentialsOf(
    await impersonate(context, impersonationUrl(context, serviceAccount), federated.value),
  );
}

/** Logs in with the file of the environment; `undefined` where it names none. @throws SuiteError */
export async function logInWithFile(context: CloudContext): Promise<Lasting<Credentials> | undefined> {
  const path = variable(context, 'GOOGLE_APPLICATION_CREDENTIALS');
  if (path === undefined) return undefined;
  const file = await readGoogleFile(path);
  return credentialsOf(
    file.kind === 'service-account' ? await logInWithKey(context, file) : await federate(context, file),
  );
}

async function federate(
  context: CloudContext,
  file: Extract<GoogleFile, { kind: 'federation' }>,
): Promise<Lasting<string>> {
  const { tokenUrl: url, audience, tokenType } = file;
  const token = await readSubject(context, file.source);
  context.onSecret(token);
  const federated = await exchangeFederated(context, { url, audience, token, tokenType });
  return file.impersonationUrl === undefined
    ? federated
    : impersonate(context, file.impersonationUrl, federated.value);
}

async function readSubject(context: CloudContext, source: SubjectSource): Promise<string> {
  const text = await readPlace(context, source.place);
  const token = source.field === undefined ? text.trim() : fieldOf(text, source.field);
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new SuiteError(
    'CONTENT_INVALID',
    'The credential_source of GOOGLE_APPLICATION_CREDENTIALS holds no token.',
  );
}

async function readPlace(context: CloudContext, place: SubjectSource['place']): Promise<string> {
  if (place.kind === 'file') {
    const bytes = await readBoundedFile(place.path, MAX_TOKEN_BYTES, `The credential_source ${place.path}`);
    return bytes.toString('utf8');
  }
  const { url, headers } = place;
  for (const value of Object.values(headers)) context.onSecret(value.replace(/^Bearer /i, ''));
  const question = { method: 'GET', url, headers, secretHeaders: Object.keys(headers) } as const;
  const answer = await askTokenService(context.http, { ...question, service: 'The credential_source' });
  if (answer.status === 200) return answer.text;
  throw refusedBy(answer, {
    doing: 'give a token',
    said: '',
    secrets: Object.values(headers),
    remedy: 'Run google-github-actions/auth in this job; what it leaves is good for this job only.',
  });
}

function fieldOf(text: string, name: string): string | undefined {
  const content = parseJson(Buffer.from(text, 'utf8'), 'token of the credential_source');
  const value = isJsonObject(content) ? field(content, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function credentialsOf({ value, expiresAt }: Lasting<string>): Lasting<Credentials> {
  return { value: { kind: 'basic', username: 'oauth2accesstoken', password: value }, expiresAt };
}
