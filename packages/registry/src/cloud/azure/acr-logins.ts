import { readBoundedFile } from '@artifact-lifecycle/core';
import type { Credentials } from '../../auth/credentials.ts';
import { registryUrl } from '../../remote/host-address.ts';
import { type CloudContext, requestRunToken, variable } from '../cloud-context.ts';
import { endpointAt } from '../endpoint.ts';
import { tokenExpiration } from '../expiration.ts';
import type { Lasting } from '../renewable.ts';
import { askTokenService, FORM, oauthReason, readTokenJson, refusedBy, secretAt } from '../token-service.ts';

/** A registry of Azure. */
export interface AcrPlace {
  readonly host: string;
  readonly plainHttp: boolean | undefined;
}

/** An application of Azure that settings name. */
export interface AzureApplication {
  readonly clientId: string;
  readonly tenantId: string;
}

/** What proves to be the application. */
type Proof =
  | { readonly kind: 'assertion'; readonly token: string }
  | { readonly kind: 'secret'; readonly secret: string };

/** One of Azure's clouds: who knows its applications, and for whom a workflow's token is. */
interface AzureCloud {
  readonly authority: string;
  readonly audience: string;
}

/** By the end of a registry's host (Microsoft identity platform, "National clouds"). */
const SOVEREIGN: ReadonlyMap<string, AzureCloud> = new Map([
  [
    '.azurecr.cn',
    { authority: 'https://login.chinacloudapi.cn/', audience: 'api://AzureADTokenExchangeChina' },
  ],
  [
    '.azurecr.us',
    { authority: 'https://login.microsoftonline.us/', audience: 'api://AzureADTokenExchangeUSGov' },
  ],
]);

const GLOBAL: AzureCloud = {
  authority: 'https://login.microsoftonline.com/',
  audience: 'api://AzureADTokenExchange',
};

/** What the token is for: the registries themselves, which may refuse one for all of Azure's management. */
const SCOPE = 'https://containerregistry.azure.net/.default';

/** ACR's name for whoever shows a token (`az acr login --expose-token`). */
const NO_USER = '00000000-0000-0000-0000-000000000000';

/** A federated token has some 2 KiB. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** Logs in as an application that trusts the run's own token. @throws SuiteError */
export async function logInAsApplication(
  context: CloudContext,
  place: AcrPlace,
  application: AzureApplication,
): Promise<Lasting<Credentials>> {
  const token = await requestRunToken(context, cloudFor(place.host).audience);
  return logIn(context, place, application, { kind: 'assertion', token });
}

/**
 * Logs in as the application of the environment, as Azure's workload identity and its SDKs name it; `undefined` where
 * it names none. @throws SuiteError
 */
export async function logInAsEnvironment(
  context: CloudContext,
  place: AcrPlace,
): Promise<Lasting<Credentials> | undefined> {
  const clientId = variable(context, 'AZURE_CLIENT_ID');
  const tenantId = variable(context, 'AZURE_TENANT_ID');
  if (clientId === undefined || tenantId === undefined) return undefined;
  const proof = await findProof(context);
  return proof && logIn(context, place, { clientId, tenantId }, proof);
}

async function findProof(context: CloudContext): Promise<Proof | undefined> {
  const secret = variable(context, 'AZURE_CLIENT_SECRET');
  const file = variable(context, 'AZURE_FEDERATED_TOKEN_FILE');
  if (secret !== undefined) context.onSecret(secret);
  if (file === undefined) return secret === undefined ? undefined : { kind: 'secret', secret };
  const bytes = await readBoundedFile(file, MAX_TOKEN_BYTES, `AZURE_FEDERATED_TOKEN_FILE ${file}`);
  const token = bytes.toString('utf8').trim();
  context.onSecret(token);
  return { kind: 'assertion', token };
}

async function logIn(
  context: CloudContext,
  place: AcrPlace,
  application: AzureApplication,
  proof: Proof,
): Promise<Lasting<Credentials>> {
  const accessToken = await askEntra(context, place.host, application, proof);
  const token = await exchange(context, place, application.tenantId, accessToken);
  return { value: { kind: 'identity', username: NO_USER, token }, expiresAt: tokenExpiration(token) };
}

/** An access token for registries (OAuth 2.0 client credentials flow of the Microsoft identity platform). */
async function askEntra(
  context: CloudContext,
  host: string,
  { clientId, tenantId }: AzureApplication,
  proof: Proof,
): Promise<string> {
  const authority = endpointAt(context, 'AZURE_AUTHORITY_HOST') ?? cloudFor(host).authority;
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, scope: SCOPE });
  if (proof.kind === 'secret') form.set('client_secret', proof.secret);
  else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', proof.token);
  }
  const answer = await askTokenService(context.http, {
    method: 'POST',
    url: new URL(`/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`, authority),
    headers: { 'content-type': FORM, accept: 'application/json' },
    body: form.toString(),
    service: 'Microsoft Entra',
  });
  if (answer.status !== 200) {
    throw refusedBy(answer, {
      doing: `log the application ${clientId} in`,
      said: oauthReason(answer),
      secrets: [proof.kind === 'secret' ? proof.secret : proof.token],
      remedy:
        proof.kind === 'secret'
          ? 'Check AZURE_CLIENT_SECRET, and whether it has expired.'
          : 'Give the application a federated credential for this workflow: its issuer, subject and audience must be those of the token.',
    });
  }
  const token = secretAt(readTokenJson(answer), 'access_token', answer);
  context.onSecret(token);
  return token;
}

/** The registry's own refresh token, which lasts three hours (ACR, "Authenticate with AAD", `/oauth2/exchange`). */
async function exchange(
  { http, onSecret }: CloudContext,
  { host, plainHttp }: AcrPlace,
  tenant: string,
  accessToken: string,
): Promise<string> {
  const answer = await askTokenService(http, {
    method: 'POST',
    url: new URL('/oauth2/exchange', registryUrl(host, plainHttp)),
    headers: { 'content-type': FORM, accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'access_token',
      service: host,
      tenant,
      access_token: accessToken,
    }).toString(),
    service: 'Azure Container Registry',
  });
  if (answer.status !== 200) {
    throw refusedBy(answer, {
      doing: 'exchange a token of Microsoft Entra',
      said: oauthReason(answer),
      secrets: [accessToken],
      remedy: `Give the application the role AcrPull or AcrPush on ${host}, in the tenant of the registry.`,
    });
  }
  const token = secretAt(readTokenJson(answer), 'refresh_token', answer);
  onSecret(token);
  return token;
}

function cloudFor(host: string): AzureCloud {
  return SOVEREIGN.get(host.slice(host.lastIndexOf('.azurecr.'))) ?? GLOBAL;
}
