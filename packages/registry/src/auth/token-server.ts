import { SuiteError } from '@artifact-lifecycle/core';
import { isPrivateHost } from '@artifact-lifecycle/core/http';
import type { Challenge } from './challenge.ts';
import { sameSite } from './site.ts';

/** Where a registry sends its clients for tokens; made by {@link readTokenServer} only. */
export interface TokenServer {
  readonly realm: URL;
  readonly service: string | undefined;
  /** Whether credentials may be shown to it; otherwise it is asked as nobody. */
  readonly trusted: boolean;
}

/** Longer than any realm; a challenge is not trusted to be short. */
const MAX_REALM_LENGTH = 2048;

/**
 * Reads where a bearer challenge sends its client, and judges it, because the answer to a mere request decides
 * whom the client talks to next: the realm is HTTPS (plain HTTP only where the registry itself is), is no
 * address of a private network unless the registry's own, and gets credentials only when it belongs to the
 * registry ({@link sameSite}).
 *
 * @param registry the URL that was asked.
 * @throws SuiteError `PROTOCOL_INVALID`
 */
export function readTokenServer(challenge: Challenge, registry: URL): TokenServer {
  const text = challenge.parameters.get('realm') ?? '';
  if (text === '' || text.length > MAX_REALM_LENGTH || !URL.canParse(text)) {
    throw refused(registry, 'a realm that is no URL');
  }
  const realm = new URL(text);
  const plainAllowed = registry.protocol === 'http:';
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && plainAllowed)) {
    throw refused(registry, `${realm.protocol}//${realm.host}, where tokens would travel in the clear`);
  }
  if (realm.username !== '' || realm.password !== '') throw refused(registry, 'a realm that holds a user');
  const trusted = sameSite(registry.hostname, realm.hostname);
  if (isPrivateHost(realm.hostname) && !trusted) {
    throw refused(registry, `${realm.host}, an address of a private network that is not its own`);
  }
  realm.hash = '';
  return { realm, service: challenge.parameters.get('service'), trusted };
}

function refused(registry: URL, where: string): SuiteError {
  return new SuiteError(
    'PROTOCOL_INVALID',
    `Registry ${registry.host} sends its clients for a token to ${where}.`,
    {
      remedy: 'Ask who runs the registry to correct the realm of its token server.',
    },
  );
}
