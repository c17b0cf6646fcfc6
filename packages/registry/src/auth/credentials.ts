import type { Repository } from '../name/location.ts';

/** Who asks, as a registry or its token server is told. */
export type Credentials =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token that a token server exchanges; docker's `identitytoken`. */
  | { readonly kind: 'identity'; readonly username: string | undefined; readonly token: string }
  /** A bearer token that goes to the registry as it is; docker's `registrytoken`. */
  | { readonly kind: 'bearer'; readonly token: string };

/** Where credentials were found: errors advise by it. */
export type CredentialOrigin = 'registries' | 'docker-config' | 'github-token' | 'cloud' | 'none';

/** Credentials with the place they were found at. */
export interface FoundCredentials {
  readonly credentials: Credentials;
  readonly origin: CredentialOrigin;
  /** From then on the place is asked again, in milliseconds since the epoch; absent: they last. */
  readonly refreshAt?: number;
}

/** One place to look for credentials; cloud providers are added as further ones. */
export interface CredentialSource {
  /** The credentials for a repository, or `undefined` where this place has none. */
  find(repository: Repository): Promise<FoundCredentials | undefined>;
}

/** Told of every secret before its first use, so that logs mask it. */
export type SecretListener = (secret: string) => void;

/** Nobody in particular. */
export const ANONYMOUS: FoundCredentials = { credentials: { kind: 'anonymous' }, origin: 'none' };

/** User name and password as the `Basic` scheme sends them (RFC 7617). */
export function encodeBasic(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}

/** All texts of credentials that must not be seen in a log. */
export function secretsOf(credentials: Credentials): readonly string[] {
  switch (credentials.kind) {
    case 'anonymous':
      return [];
    case 'basic':
      return [credentials.password, encodeBasic(credentials.username, credentials.password)];
    case 'identity':
    case 'bearer':
      return [credentials.token];
  }
}
