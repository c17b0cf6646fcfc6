import { Refused } from './answer.ts';
import type { BearerChallenge, Grant, User } from './auth-options.ts';
import { findUser, splitAuthorization } from './authorization.ts';
import type { Exchange } from './exchange.ts';
import { type Access, EVERYTHING, formatScopes, isGranted } from './grants.ts';
import type { TokenOffice } from './token-office.ts';

/** What the client of a request may do beyond what the request itself was let through for. */
export interface Identity {
  readonly user: string | undefined;
  may(access: Access): boolean;
  /** Refuses when one of these is not allowed, as the request itself would have been. */
  demand(needs: readonly Access[]): void;
}

/** Lets requests through or refuses them: 401 for who is not known, 403 for who lacks the right. */
export type Gate = (exchange: Exchange, needs: readonly Access[]) => Identity;

/** Lets everyone do everything. */
export const openGate: Gate = () => ({ user: undefined, may: () => true, demand: () => {} });

/** Asks for user and password with every request. */
export function basicGate(users: readonly User[], anonymous: readonly Grant[]): Gate {
  return (exchange, needs) => {
    const authorization = exchange.header('authorization');
    const user = authorization === undefined ? undefined : findUser(users, authorization);
    if (user !== undefined) exchange.record.user = user.name;
    const isUnknown = user === undefined && (authorization !== undefined || anonymous.length === 0);
    const grants = user === undefined ? anonymous : (user.grants ?? EVERYTHING);
    const demand = (accesses: readonly Access[]): void => {
      const missing = accesses.find((access) => !isGranted(grants, access));
      if (user !== undefined && missing !== undefined) throw denied(user.name, missing);
      if (!isUnknown && missing === undefined) return;
      throw new Refused(401, 'UNAUTHORIZED', 'Authentication is required.', {
        headers: { 'www-authenticate': 'Basic realm="test registry", charset="UTF-8"' },
      });
    };
    demand(needs);
    return { user: user?.name, may: (access) => isGranted(grants, access), demand };
  };
}

/** Asks for a token of the token service, whose scopes cover what a request needs. */
export function bearerGate(
  office: TokenOffice,
  write: (challenge: BearerChallenge) => readonly string[] = writeChallenge,
): Gate {
  return (exchange, needs) => {
    const challenge = (
      accesses: readonly Access[],
      error: BearerChallenge['error'],
      message: string,
    ): Refused => {
      const scopes = formatScopes(accesses);
      const values = write({ realm: office.realm, service: office.service, scopes, error });
      return new Refused(401, 'UNAUTHORIZED', message, { headers: { 'www-authenticate': [...values] } });
    };
    const [scheme, secret] = splitAuthorization(exchange.header('authorization') ?? '');
    if (scheme !== 'bearer') throw challenge(needs, undefined, 'Authentication is required.');
    const token = office.find(secret);
    if (token === undefined) throw challenge(needs, 'invalid_token', 'The token is unknown or has expired.');
    exchange.record.user = token.user;
    const demand = (accesses: readonly Access[]): void => {
      const missing = accesses.find((access) => !includesAccess(token.granted, access));
      if (missing === undefined) return;
      // Asked for and not given: another token would not help someone the registry knows.
      if (token.user !== undefined && includesAccess(token.requested, missing))
        throw denied(token.user, missing);
      const fact = `The token does not allow "${missing.action}" on ${missing.repository}.`;
      throw challenge(accesses, 'insufficient_scope', fact);
    };
    demand(needs);
    return { user: token.user, may: (access) => includesAccess(token.granted, access), demand };
  };
}

function includesAccess(list: readonly Access[], { repository, action }: Access): boolean {
  return list.some((access) => access.repository === repository && access.action === action);
}

function denied(user: string, { repository, action }: Access): Refused {
  return new Refused(403, 'DENIED', `User "${user}" may not "${action}" on ${repository}.`);
}

function writeChallenge({ realm, service, scopes, error }: BearerChallenge): readonly string[] {
  const scope = scopes.length === 0 ? '' : `,scope="${scopes.join(' ')}"`;
  return [
    `Bearer realm="${realm}",service="${service}"${scope}${error === undefined ? '' : `,error="${error}"`}`,
  ];
}
