import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { sharedTokenKey, signToken, type TokenKey, verifyToken } from '../sigstore/json-web-token.ts';
import { Rejection, receiveBody, type Service, startService } from '../sigstore/service.ts';

/** An application of a tenant. */
export interface AzureApplicationRecord {
  readonly tenant: string;
  readonly secret?: string | undefined;
  /** Whose tokens it trusts. */
  readonly federation?:
    | {
        readonly issuer: string;
        readonly keys: () => Promise<readonly TokenKey[]>;
        readonly subject: string;
        readonly audience: string;
      }
    | undefined;
  /** Whether it has a role on the registry; true when absent. */
  readonly hasRole?: boolean | undefined;
}

/** What the cloud knows, and how it behaves. */
export interface AzureCloudOptions {
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** By client id. */
  readonly applications?: Readonly<Record<string, AzureApplicationRecord>> | undefined;
}

/** Microsoft Entra, and a registry of Azure with one repository to look at, on one port. */
export interface AzureCloud extends Service {
  /** The registry, as references name it. */
  readonly host: string;
  /** The variable that leads Azure's SDKs here. */
  readonly env: Readonly<Record<string, string>>;
}

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const SCOPE = 'https://containerregistry.azure.net/.default';
const TENANT = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;

/** Starts the cloud; it refuses what Azure refuses. */
export async function startAzureCloud(options: AzureCloudOptions = {}): Promise<AzureCloud> {
  const { now = Date.now, applications = {} } = options;
  const key = sharedTokenKey();
  let host = '';
  const token = async (issuer: string, audience: string, subject: string, seconds: number) => {
    const exp = Math.floor(now() / 1000) + seconds;
    return signToken({ iss: issuer, aud: audience, sub: subject, exp }, await key);
  };
  const subjectOf = async (text: string, issuer: string, audience: string): Promise<string | undefined> => {
    const claims = verifyToken(text, { issuer, audience, keys: [await key], now: now() });
    return claims === undefined ? undefined : String(claims['sub']);
  };
  const formOf = async (exchange: Exchange): Promise<URLSearchParams> =>
    new URLSearchParams((await receiveBody(exchange)).toString('utf8'));

  const logIn = async (exchange: Exchange, tenant: string): Promise<Answer> => {
    const form = await formOf(exchange);
    const id = form.get('client_id') ?? '';
    const application = Object.hasOwn(applications, id) ? applications[id] : undefined;
    if (application === undefined || application.tenant !== tenant) {
      throw entraRejection(
        400,
        'unauthorized_client',
        `AADSTS700016: Application with identifier '${id}' was not found in the directory '${tenant}'.`,
      );
    }
    if (form.get('grant_type') !== 'client_credentials' || form.get('scope') !== SCOPE) {
      throw entraRejection(400, 'invalid_scope', 'AADSTS70011: The provided value for scope is not valid.');
    }
    const secret = form.get('client_secret');
    if (secret !== null && (application.secret === undefined || secret !== application.secret)) {
      throw entraRejection(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    }
    if (secret === null) await checkAssertion(form, application, now());
    return answerJson(200, {
      token_type: 'Bearer',
      expires_in: 3599,
      access_token: await token('entra', SCOPE, id, 3599),
    });
  };

  const exchangeToken = async (exchange: Exchange): Promise<Answer> => {
    const form = await formOf(exchange);
    const id = await subjectOf(form.get('access_token') ?? '', 'entra', SCOPE);
    const application = id === undefined ? undefined : applications[id];
    if (form.get('grant_type') !== 'access_token' || form.get('service') !== host) {
      throw acrRejection(400, 'UNSUPPORTED', 'grant_type or service is not supported');
    }
    const isAllowed = application?.tenant === form.get('tenant') && application?.hasRole !== false;
    if (id === undefined || !isAllowed) {
      throw acrRejection(
        401,
        'UNAUTHORIZED',
        'authentication required, visit https://aka.ms/acr/authorization',
      );
    }
    return answerJson(200, { refresh_token: await token('acr', host, id, 3 * 3600) });
  };

  const giveAccess = async (exchange: Exchange): Promise<Answer> => {
    const form = await formOf(exchange);
    const id = await subjectOf(form.get('refresh_token') ?? '', 'acr', host);
    if (form.get('grant_type') !== 'refresh_token' || form.get('service') !== host || id === undefined) {
      throw acrRejection(401, 'UNAUTHORIZED', 'authentication required');
    }
    return answerJson(200, { access_token: await token('acr', `${host} access`, id, 75 * 60) });
  };

  const listTags = async (exchange: Exchange): Promise<Answer> => {
    const shown = (exchange.header('authorization') ?? '').replace(/^Bearer /, '');
    if ((await subjectOf(shown, 'acr', `${host} access`)) === undefined) {
      throw acrRejection(401, 'UNAUTHORIZED', 'authentication required', {
        'www-authenticate': `Bearer realm="http://${host}/oauth2/token",service="${host}",scope="repository:acme/app:pull"`,
      });
    }
    return answerJson(200, { name: 'acme/app', tags: ['v1'] });
  };

  const service = await startService((exchange) => {
    const { method, path } = exchange;
    const [, tenant] = TENANT.exec(path) ?? [];
    if (method === 'POST' && tenant !== undefined) return () => logIn(exchange, tenant);
    if (method === 'POST' && path === '/oauth2/exchange') return () => exchangeToken(exchange);
    if (method === 'POST' && path === '/oauth2/token') return () => giveAccess(exchange);
    return method === 'GET' && path === '/v2/acme/app/tags/list' ? () => listTags(exchange) : undefined;
  });
  host = new URL(service.url).host;
  return { ...service, host, env: { AZURE_AUTHORITY_HOST: service.url } };
}

async function checkAssertion(
  form: URLSearchParams,
  { federation }: AzureApplicationRecord,
  now: number,
): Promise<void> {
  if (form.get('client_assertion_type') !== ASSERTION) {
    throw entraRejection(401, 'invalid_client', 'AADSTS7000218: The request body must contain a proof.');
  }
  const assertion = form.get('client_assertion') ?? '';
  const claims = federation && verifyToken(assertion, { ...federation, keys: await federation.keys(), now });
  if (claims !== undefined && claims['sub'] === federation?.subject) return;
  throw entraRejection(
    401,
    'invalid_client',
    `AADSTS70021: No matching federated identity record found for presented assertion.\r\nAssertion: ${assertion}`,
  );
}

function entraRejection(status: number, error: string, description: string): Rejection {
  return new Rejection(status, { error, error_description: description, trace_id: 't-1' });
}

function acrRejection(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Rejection {
  return new Rejection(status, { errors: [{ code, message }] }, headers);
}
