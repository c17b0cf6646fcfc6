import type { Clock } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { Credentials, SecretListener } from './credentials.ts';
import { coversScopes, type Scopes } from './scope.ts';
import { exchangeToken, type TokenWish } from './token-exchange.ts';

/** A bearer token in hand. */
export interface HeldToken {
  readonly token: string;
  readonly scopes: Scopes;
  /** From then on it is not used any more, in milliseconds since the epoch. */
  readonly refreshAt: number;
}

/** What a cache of tokens works with. */
export interface TokenCacheOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly onSecret: SecretListener;
}

/**
 * A token is renewed this long before its end, but not before three quarters of its life: a request that waits
 * for its turn must not arrive with a token that has ended. (ocync: 15 minutes was a defect, Docker Hub's
 * tokens last five.)
 */
const EARLY_REFRESH_MS = 30_000;

/** A run over very many repositories does not keep all their tokens. */
const MAX_HELD_TOKENS = 256;

/**
 * Bearer tokens by token server, credentials and scopes: one that may do more serves who wants less, and
 * requests for the same token at the same time share one exchange.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #held = new Map<string, HeldToken[]>();
  readonly #underway = new Map<string, { readonly scopes: Scopes; readonly token: Promise<HeldToken> }[]>();
  readonly #renewed = new Map<string, string>();

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** A token good for the scopes: one in hand, one on its way, or a new one. */
  async tokenFor(wish: TokenWish): Promise<HeldToken> {
    const key = keyOf(wish);
    const now = this.#options.clock.now();
    const held = this.#held
      .get(key)
      ?.find((token) => token.refreshAt > now && coversScopes(token.scopes, wish.scopes));
    if (held !== undefined) return held;
    const waiting = this.#underway.get(key) ?? [];
    const shared = waiting.find(({ scopes }) => coversScopes(scopes, wish.scopes));
    if (shared !== undefined) return shared.token;

    const entry = { scopes: wish.scopes, token: this.#exchange(key, wish) };
    this.#underway.set(key, [...waiting, entry]);
    try {
      return await entry.token;
    } finally {
      const rest = (this.#underway.get(key) ?? []).filter((other) => other !== entry);
      if (rest.length === 0) this.#underway.delete(key);
      else this.#underway.set(key, rest);
    }
  }

  /** Drops a token that the registry has refused. */
  forget(token: HeldToken): void {
    for (const [key, held] of this.#held) {
      this.#held.set(
        key,
        held.filter((other) => other !== token),
      );
    }
  }

  async #exchange(key: string, wish: TokenWish): Promise<HeldToken> {
    const { http, clock, onSecret } = this.#options;
    const grant = await exchangeToken(http, { ...wish, credentials: this.#renew(wish.credentials) });
    onSecret(grant.token);
    if (grant.refreshToken !== undefined && wish.credentials.kind === 'identity') {
      onSecret(grant.refreshToken);
      this.#renewed.set(wish.credentials.token, grant.refreshToken);
    }
    const early = Math.min(EARLY_REFRESH_MS, grant.lifetime / 4);
    const token = {
      token: grant.token,
      scopes: wish.scopes,
      refreshAt: clock.now() + grant.lifetime - early,
    };
    this.#keep(key, token);
    return token;
  }

  /** An identity token that its server has replaced is shown in its new form. */
  #renew(credentials: Credentials): Credentials {
    if (credentials.kind !== 'identity') return credentials;
    const token = this.#renewed.get(credentials.token);
    return token === undefined ? credentials : { ...credentials, token };
  }

  #keep(key: string, token: HeldToken): void {
    const now = this.#options.clock.now();
    const useful = (this.#held.get(key) ?? []).filter(
      (other) => other.refreshAt > now && !coversScopes(token.scopes, other.scopes),
    );
    this.#held.delete(key);
    this.#held.set(key, [...useful, token].slice(-MAX_HELD_TOKENS));
    while (this.#held.size > MAX_HELD_TOKENS) {
      const [oldest] = this.#held.keys();
      if (oldest === undefined) break;
      this.#held.delete(oldest);
    }
  }
}

function keyOf({ server, credentials }: TokenWish): string {
  return JSON.stringify([server.realm.href, server.service, credentials]);
}
