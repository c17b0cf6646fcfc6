/** What can be allowed on a repository. */
export type Action = 'pull' | 'push' | 'delete';

/** Allows actions on the repositories a pattern matches: a name in which `*` stands for anything. */
export interface Grant {
  readonly repositories: string;
  readonly actions: readonly Action[];
}

/** Someone the registry knows. */
export interface User {
  readonly name: string;
  readonly password: string;
  /** Everything when absent. */
  readonly grants?: readonly Grant[] | undefined;
  /** What the token service takes as `refresh_token` from this user (docker's identity token). */
  readonly refreshToken?: string | undefined;
}

/** The parts of a bearer challenge (RFC 6750 §3, distribution's token specification). */
export interface BearerChallenge {
  readonly realm: string;
  readonly service: string;
  readonly scopes: readonly string[];
  readonly error: 'invalid_token' | 'insufficient_scope' | undefined;
}

/** How the registry knows its users. */
export type AuthOptions =
  | {
      readonly kind: 'basic';
      readonly users: readonly User[];
      /** What is allowed without credentials; nothing when absent. */
      readonly anonymous?: readonly Grant[] | undefined;
    }
  | {
      readonly kind: 'bearer';
      readonly users: readonly User[];
      /** What a token without credentials may do; nothing when absent. */
      readonly anonymous?: readonly Grant[] | undefined;
      /** Where tokens are given: `/token` of the registry (default), or a second port. */
      readonly service?: 'embedded' | 'separate' | undefined;
      /** How long tokens live; 300 seconds when absent. */
      readonly lifetimeSeconds?: number | undefined;
      /** Whether the token service knows `POST` (OAuth2); true when absent, false answers 404. */
      readonly post?: boolean | undefined;
      /** Which field of the answer holds the token; both when absent. */
      readonly field?: 'token' | 'access_token' | 'both' | undefined;
      /** Writes the `WWW-Authenticate` values; the usual one when absent. */
      readonly challenge?: ((challenge: BearerChallenge) => readonly string[]) | undefined;
    };
