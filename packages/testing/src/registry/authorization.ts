import type { User } from './auth-options.ts';

/** The user whose name and password a Basic `Authorization` carries. */
export function findUser(users: readonly User[], authorization: string): User | undefined {
  const [scheme, encoded] = splitAuthorization(authorization);
  if (scheme !== 'basic') return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return users.find(
    (user) => user.name === decoded.slice(0, colon) && user.password === decoded.slice(colon + 1),
  );
}

/** The scheme in lower case, and what follows it. */
export function splitAuthorization(value: string): readonly [string, string] {
  const space = value.indexOf(' ');
  return [value.slice(0, Math.max(space, 0)).toLowerCase(), value.slice(space + 1).trim()];
}
