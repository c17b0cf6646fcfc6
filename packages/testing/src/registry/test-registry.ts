import type { Faults } from './fault.ts';
import type { RequestLog } from './log.ts';
import type { RegistryStore } from './store.ts';

/** Tokens of a registry with bearer authorisation. */
export interface Tokens {
  /** Makes a token outside the token service. Scopes as in `repository:acme/app:pull,push`. */
  issue(
    scopes: readonly string[],
    options?: { readonly user?: string; readonly lifetimeSeconds?: number },
  ): string;
  /** Makes every token given so far invalid. */
  revokeAll(): void;
  /** Where tokens are given. */
  readonly realm: string;
}

/** A registry that runs. */
export interface TestRegistry {
  /** `127.0.0.1:PORT`, as it stands before an image's name. */
  readonly host: string;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly store: RegistryStore;
  /** Present with bearer authorisation. */
  readonly tokens: Tokens | undefined;
  /** Defects of the server itself, met while serving; a test may demand that there are none. */
  readonly defects: readonly Error[];
  /** Ends all connections, open uploads and the listener. What was stored on disk stays. */
  close(): Promise<void>;
}
