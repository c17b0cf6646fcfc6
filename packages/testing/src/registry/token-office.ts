import { randomUUID } from 'node:crypto';
import { type Answer, answerEmpty, answerJson } from './answer.ts';
import type { AuthOptions, Grant, User } from './auth-options.ts';
import { findUser } from './authorization.ts';
import type { Exchange } from './exchange.ts';
import { type Access, EVERYTHING, isGranted, parseScopes } from './grants.ts';
import type { Tokens } from './test-registry.ts';

/** Docker Hub's and GitLab's lifetime, short enough to end during a large copy. */
const DEFAULT_LIFETIME_SECONDS = 300;
/** A form with credentials and scopes is small. */
const FORM_LIMIT = 64 * 1024;

type BearerOptions = Extract<AuthOptions, { readonly kind: 'bearer' }>;

interface Token {
  /** `undefined` for who gave no credentials. */
  readonly user: string | undefined;
  readonly requested: readonly Access[];
  readonly granted: readonly Access[];
  /** Milliseconds since the Unix epoch. */
  readonly expires: number;
}

/** Gives tokens (distribution, "Token Authentication Specification" and "OAuth2") and knows them again. */
export class TokenOffice implements Tokens {
  readonly service = 'test-registry';
  readonly #options: BearerOptions;
  readonly #now: () => number;
  readonly #tokens = new Map<string, Token>();
  #realm = '';

  constructor(options: BearerOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  get realm(): string {
    return this.#realm;
  }

  /** Says where tokens are given: known only once the server listens. */
  settle(realm: string): void {
    this.#realm = realm;
  }

  find(token: string): Token | undefined {
    const found = this.#tokens.get(token);
    return found !== undefined && found.expires > this.#now() ? found : undefined;
  }

  issue(
    scopes: readonly string[],
    options: { readonly user?: string; readonly lifetimeSeconds?: number } = {},
  ): string {
    const granted = parseScopes(scopes);
    return this.#keep(
      { user: options.user, requested: granted, granted },
      options.lifetimeSeconds ?? this.#lifetime,
    );
  }

  revokeAll(): void {
    this.#tokens.clear();
  }

  /** Serves the token endpoint. */
  async serve(exchange: Exchange): Promise<Answer> {
    if (exchange.method === 'GET') return this.#serveGet(exchange);
    if (exchange.method === 'POST' && this.#options.post !== false) return this.#servePost(exchange);
    return answerEmpty(exchange.method === 'POST' ? 404 : 405);
  }

  #serveGet(exchange: Exchange): Answer {
    const authorization = exchange.header('authorization');
    const user = authorization === undefined ? undefined : findUser(this.#options.users, authorization);
    if (authorization !== undefined && user === undefined) return unauthorized('invalid_client', 401);
    const offline = exchange.query.get('offline_token') === 'true';
    return this.#give(exchange, user, exchange.query, offline);
  }

  async #servePost(exchange: Exchange): Promise<Answer> {
    const form = new URLSearchParams((await exchange.receiveBytes(FORM_LIMIT, 'form')).toString('utf8'));
    const user = this.#grantee(form);
    if (user === undefined) return unauthorized('invalid_grant', 401);
    return this.#give(exchange, user, form, form.get('access_type') === 'offline');
  }

  #grantee(form: URLSearchParams): User | undefined {
    const { users } = this.#options;
    switch (form.get('grant_type')) {
      case 'refresh_token':
        return users.find(
          (user) => user.refreshToken !== undefined && user.refreshToken === form.get('refresh_token'),
        );
      case 'password':
        return users.find(
          (user) => user.name === form.get('username') && user.password === form.get('password'),
        );
      default:
        return undefined;
    }
  }

  #give(exchange: Exchange, user: User | undefined, asked: URLSearchParams, offline: boolean): Answer {
    const service = asked.get('service');
    if (service !== null && service !== this.service) return unauthorized('invalid_request', 400);
    exchange.record.user = user?.name;
    const grants: readonly Grant[] =
      user === undefined ? (this.#options.anonymous ?? []) : (user.grants ?? EVERYTHING);
    const requested = parseScopes(asked.getAll('scope'));
    const granted = requested.filter((access) => isGranted(grants, access));
    const text = this.#keep({ user: user?.name, requested, granted }, this.#lifetime);
    const field = this.#options.field ?? 'both';
    return answerJson(200, {
      ...(field === 'access_token' ? {} : { token: text }),
      ...(field === 'token' ? {} : { access_token: text }),
      expires_in: this.#lifetime,
      issued_at: new Date(this.#now()).toISOString(),
      ...(offline && user?.refreshToken !== undefined ? { refresh_token: user.refreshToken } : {}),
    });
  }

  get #lifetime(): number {
    return this.#options.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS;
  }

  #keep(token: Omit<Token, 'expires'>, lifetimeSeconds: number): string {
    const text = `test-token-${randomUUID()}`;
    this.#tokens.set(text, { ...token, expires: this.#now() + lifetimeSeconds * 1000 });
    return text;
  }
}

/** How OAuth2 refuses (RFC 6749 §5.2), with the registry's own form beside it. */
function unauthorized(error: string, status: 400 | 401): Answer {
  const errors = [{ code: 'UNAUTHORIZED', message: 'The credentials were not accepted.' }];
  return answerJson(status, { error, errors });
}
