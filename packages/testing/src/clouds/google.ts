import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type TokenKey, verifyToken } from '../sigstore/json-web-token.ts';
import {
  member,
  Rejection,
  receiveBody,
  receiveJson,
  type Service,
  startService,
} from '../sigstore/service.ts';

/** A workload identity provider, and whom it lets in. */
export interface GoogleProvider {
  /** `projects/1/locations/global/workloadIdentityPools/github/providers/actions`. */
  readonly resource: string;
  readonly issuer: string;
  readonly keys: () => Promise<readonly TokenKey[]>;
  /** The `sub` that the attribute condition takes; any when absent. */
  readonly subject?: string | undefined;
}

/** A service account: who may act as it, and its keys. */
export interface GoogleAccount {
  /** Subjects with the role Workload Identity User. */
  readonly members?: readonly string[] | undefined;
  readonly keys?: readonly TokenKey[] | undefined;
}

/** What the cloud knows, and how it behaves. */
export interface GoogleCloudOptions {
  /** Milliseconds since 1970, by the clock of the cloud. */
  readonly now?: (() => number) | undefined;
  readonly providers?: readonly GoogleProvider[] | undefined;
  /** By address. */
  readonly accounts?: Readonly<Record<string, GoogleAccount>> | undefined;
}

/** Google's Security Token Service, IAM credentials and OAuth on one port. */
export interface GoogleCloud extends Service {
  /** Variables that lead gcloud here. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a key's assertions go. */
  readonly tokenUrl: string;
  /** Access tokens that were given, with whose each is. */
  readonly tokens: ReadonlyMap<string, string>;
}

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
const IMPERSONATION = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/;

/** Starts the cloud; it refuses what Google refuses. */
export async function startGoogleCloud(options: GoogleCloudOptions = {}): Promise<GoogleCloud> {
  const { now = Date.now, providers = [], accounts = {} } = options;
  const tokens = new Map<string, string>();
  const give = (whose: string): string => {
    const token = `ya29.${tokens.size + 1}-for-${whose.replaceAll(/[^a-z]/g, '')}`;
    tokens.set(token, whose);
    return token;
  };

  const exchange = async (request: Exchange): Promise<Answer> => {
    const form = new URLSearchParams((await receiveBody(request)).toString('utf8'));
    const wants = (name: string, value: string): void => {
      if (form.get(name) !== value) throw oauthRejection('invalid_request', `Invalid value for "${name}".`);
    };
    wants('grant_type', TOKEN_EXCHANGE);
    wants('requested_token_type', 'urn:ietf:params:oauth:token-type:access_token');
    wants('subject_token_type', 'urn:ietf:params:oauth:token-type:jwt');
    wants('scope', PLATFORM);
    const audience = form.get('audience') ?? '';
    const provider = providers.find(({ resource }) => audience === `//iam.googleapis.com/${resource}`);
    if (provider === undefined) {
      throw oauthRejection('invalid_target', 'The target service indicated by the "audience" is invalid.');
    }
    const token = form.get('subject_token') ?? '';
    const claims = verifyToken(token, {
      issuer: provider.issuer,
      audience: `https://iam.googleapis.com/${provider.resource}`,
      keys: await provider.keys(),
      now: now(),
    });
    if (claims === undefined) {
      throw oauthRejection('invalid_grant', `The token ${token} does not hold for the provider.`);
    }
    const subject = String(claims['sub']);
    if (provider.subject !== undefined && provider.subject !== subject) {
      throw oauthRejection(
        'unauthorized_client',
        'The given credential is rejected by the attribute condition.',
      );
    }
    return answerJson(200, {
      access_token: give(subject),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    });
  };

  const act = async (request: Exchange, account: string): Promise<Answer> => {
    const wish = await receiveJson(request, () => apiRejection(400, 'INVALID_ARGUMENT', 'Invalid JSON.'));
    const scope = member(wish, 'scope');
    const caller = tokens.get((request.header('authorization') ?? '').replace(/^Bearer /, ''));
    if (caller === undefined) {
      throw apiRejection(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    }
    if (!Array.isArray(scope) || !scope.includes(PLATFORM)) {
      throw apiRejection(400, 'INVALID_ARGUMENT', 'Invalid scope.');
    }
    const known = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
    if (known?.members?.includes(caller) !== true) {
      throw apiRejection(
        403,
        'PERMISSION_DENIED',
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
      );
    }
    return answerJson(200, {
      accessToken: give(account),
      expireTime: new Date(now() + 3600_000).toISOString().replace('.000', ''),
    });
  };

  let tokenUrl = '';
  const logIn = async (request: Exchange): Promise<Answer> => {
    const form = new URLSearchParams((await receiveBody(request)).toString('utf8'));
    const date = { date: new Date(now()).toUTCString() };
    const refuse = (description: string): Rejection =>
      new Rejection(400, { error: 'invalid_grant', error_description: description }, date);
    if (form.get('grant_type') !== JWT_BEARER) throw refuse('Unsupported grant type.');
    const assertion = form.get('assertion') ?? '';
    for (const [email, { keys = [] }] of Object.entries(accounts)) {
      const claims = verifyToken(assertion, { issuer: email, audience: tokenUrl, keys, now: now() });
      if (claims === undefined) continue;
      const seconds = now() / 1000;
      const [issued, ends] = [Number(claims['iat']), Number(claims['exp'])];
      if (!(issued <= seconds + 300 && ends - issued <= 3600)) break;
      if (claims['scope'] !== PLATFORM) throw refuse('Invalid scope.');
      return answerJson(200, { access_token: give(email), expires_in: 3599, token_type: 'Bearer' }, date);
    }
    throw refuse(
      `Invalid JWT ${assertion}: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.`,
    );
  };

  const service = await startService((request) => {
    if (request.method !== 'POST') return undefined;
    if (request.path === '/v1/token') return () => exchange(request);
    if (request.path === '/token') return () => logIn(request);
    const [, account] = IMPERSONATION.exec(request.path) ?? [];
    return account === undefined ? undefined : () => act(request, account);
  });
  tokenUrl = `${service.url}/token`;
  return {
    ...service,
    tokens,
    tokenUrl,
    env: {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: service.url,
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: service.url,
    },
  };
}

function oauthRejection(error: string, description: string): Rejection {
  return new Rejection(400, { error, error_description: description });
}

function apiRejection(code: number, status: string, message: string): Rejection {
  return new Rejection(code, { error: { code, message, status } });
}
