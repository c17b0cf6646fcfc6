import type { ManifestContent } from '../image/content.ts';
import type { AuthOptions } from '../registry/auth-options.ts';
import type { Digest } from '../registry/digest.ts';
import type { TestRegistry } from '../registry/test-registry.ts';
import type { Login, TortureClock } from './client.ts';
import type { SideDoor } from './side-door.ts';

/** Where the image lies, and where it is to go. */
export const FROM = 'dev/app';
export const TO = 'prod/app';
export const TAG = 'v1';

/** Who the client is, where the registries ask: a password that breaks careless quoting. */
export const LOGIN: Login = { username: 'robot$dev+ci', password: 'pa:ss w"ö€rd' };

/** Two registries and what happens between them. */
export interface Stage {
  readonly source: TestRegistry;
  readonly destination: TestRegistry;
  /** Whether the destination has the referrers API. */
  readonly hasApi: boolean;
  readonly image: ManifestContent;
  readonly referrers: readonly ManifestContent[];
  readonly clock: TortureClock;
  /** Resolves when the client has ended. */
  readonly ended: Promise<void>;
  /** Aborted by {@link interrupt}. */
  readonly signal: AbortSignal;
  /** Tells the client to go. */
  interrupt(): void;
  /** Another host by which a registry is reached. */
  openSideDoor(registry: TestRegistry): Promise<SideDoor>;
  /** The side doors so far. */
  readonly doors: readonly SideDoor[];
  /** What the destination's tag pointed to before the client came. */
  readonly before: Digest | undefined;
}

/** Basic authorization for the client's user. */
export const BASIC_AUTH: AuthOptions = {
  kind: 'basic',
  users: [{ name: LOGIN.username, password: LOGIN.password }],
};

/** Bearer authorization for the client's user. */
export function bearerAuth(changes: Partial<Extract<AuthOptions, { kind: 'bearer' }>> = {}): AuthOptions {
  return { kind: 'bearer', users: [{ name: LOGIN.username, password: LOGIN.password }], ...changes };
}
