import type { Repository } from '../name/location.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { encodeBasic } from './credentials.ts';
import type { Keychain } from './keychain.ts';
import { mergeScopes, parseScopes, type Scopes } from './scope.ts';
import type { HeldToken, TokenCache } from './token-cache.ts';
import { readTokenServer, type TokenServer } from './token-server.ts';

/** A value of the `Authorization` header, and the token in it where it came from a token server. */
export interface Authorization {
  readonly header: string;
  readonly token?: HeldToken;
}

/** What an authorizer works with. */
export interface AuthorizerOptions {
  /** The registry's own URL: challenges are judged by where they came from. */
  readonly registry: URL;
  readonly keychain: Keychain;
  readonly tokens: TokenCache;
}

type Method = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly server: TokenServer };

/**
 * Knows how to ask a registry for one repository. Challenges are kept by repository, because some registries
 * (Artifactory) have a token server for each.
 */
export class RepositoryAuthorizer {
  readonly #repository: Repository;
  readonly #options: AuthorizerOptions;
  #method: Method | undefined;

  constructor(repository: Repository, options: AuthorizerOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /**
   * The authorization to send a request with, as far as the registry's wishes are known; `undefined` means to
   * ask as nobody, and to learn from the answer.
   */
  async authorize(scopes: Scopes): Promise<Authorization | undefined> {
    const { credentials } = await this.#options.keychain.credentialsFor(this.#repository);
    if (credentials.kind === 'bearer') return { header: `Bearer ${credentials.token}` };
    const method = this.#method;
    if (method === undefined) return undefined;
    if (method.kind === 'basic') {
      return credentials.kind === 'basic'
        ? { header: `Basic ${encodeBasic(credentials.username, credentials.password)}` }
        : undefined;
    }
    const token = await this.#options.tokens.tokenFor({ server: method.server, credentials, scopes });
    return { header: `Bearer ${token.token}`, token };
  }

  /**
   * Answers a 401: with another authorization than the one that was sent, or with `undefined` where nothing
   * better is at hand.
   *
   * @param header the `WWW-Authenticate` headers of the answer, joined.
   */
  async answer(
    header: string,
    scopes: Scopes,
    sent: Authorization | undefined,
  ): Promise<Authorization | undefined> {
    const { credentials } = await this.#options.keychain.credentialsFor(this.#repository);
    if (credentials.kind === 'bearer') return undefined;
    const challenges = parseChallenges(header);
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
    );
    if (bearer === undefined) {
      const basic = challenges.some(({ scheme }) => scheme === 'basic');
      if (!basic || credentials.kind !== 'basic' || sent?.header.startsWith('Basic ') === true)
        return undefined;
      this.#method = { kind: 'basic' };
      return this.authorize(scopes);
    }
    if (sent?.token !== undefined) this.#options.tokens.forget(sent.token);
    this.#method = { kind: 'bearer', server: readTokenServer(bearer, this.#options.registry) };
    return this.authorize(mergeScopes(scopesOf(bearer), scopes));
  }

  /**
   * Whether there are credentials that a request sent as nobody did not carry: where a registry shows strangers
   * less instead of asking who they are, "not found" may mean "not for you".
   */
  async hasMore(): Promise<boolean> {
    const { credentials } = await this.#options.keychain.credentialsFor(this.#repository);
    return credentials.kind === 'basic' || credentials.kind === 'identity';
  }

  /** Whether the registry has said how it wants to be asked. */
  get isIntroduced(): boolean {
    return this.#method !== undefined;
  }

  /** Sends the password with every request from now on, to a registry that did not ask for it. */
  useBasic(): void {
    this.#method = { kind: 'basic' };
  }
}

function scopesOf(challenge: Challenge): Scopes {
  return parseScopes(challenge.parameters.get('scope') ?? '');
}
