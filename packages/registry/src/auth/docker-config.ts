import { SuiteError } from '@artifact-lifecycle/core';
import { DOCKER_HUB, tryParseHost } from '../name/host.ts';
import type { Repository } from '../name/location.ts';
import type { Credentials } from './credentials.ts';

/** What docker's config.json (or podman's auth.json) says about credentials. */
export interface DockerConfig {
  /** Where it was read, for errors. */
  readonly file: string;
  /** By normalised key: a host, or a host with the start of a repository's name. */
  readonly auths: ReadonlyMap<string, Credentials>;
  /** By host: the suffix of the program that holds its credentials. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The suffix of the program that holds everything else. */
  readonly store: string | undefined;
}

/** Real ones have a few KiB; more is not read. */
export const MAX_DOCKER_CONFIG_BYTES = 1024 * 1024;

/** A credential helper's name becomes a program's: no path, nothing a shell would see. */
const HELPER = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads docker's config.json as far as it is about credentials.
 *
 * @throws SuiteError `CONTENT_INVALID` naming the file, never its content
 */
export function parseDockerConfig(text: string, file: string): DockerConfig {
  if (text.length > MAX_DOCKER_CONFIG_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `${file} has ${text.length} characters, more than ${MAX_DOCKER_CONFIG_BYTES}.`,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which holds passwords.
    throw broken(file, 'is not JSON');
  }
  const top = entriesOf(content, file, 'the whole');
  const auths = new Map<string, Credentials>();
  for (const [key, value] of entriesOf(top.get('auths') ?? {}, file, 'auths')) {
    const credentials = readAuth(entriesOf(value, file, 'an entry of auths'), file);
    const place = normaliseKey(key);
    // docker itself writes `host`; where an older `https://host/v1/` stands beside it, that one is stale.
    if (credentials !== undefined && (place === key || !auths.has(place))) auths.set(place, credentials);
  }
  const helpers = new Map<string, string>();
  for (const [key, value] of entriesOf(top.get('credHelpers') ?? {}, file, 'credHelpers')) {
    if (value !== '') helpers.set(normaliseKey(key), helperName(value, file));
  }
  const store = top.get('credsStore') ?? '';
  return { file, auths, helpers, store: store === '' ? undefined : helperName(store, file) };
}

/** The entry of `auths` for a repository: the longest key that is it, or a whole part of its path. */
export function findAuth(config: DockerConfig, repository: Repository): Credentials | undefined {
  let key = `${repository.host}/${repository.name}`;
  for (;;) {
    const found = config.auths.get(key);
    if (found !== undefined) return found;
    const slash = key.lastIndexOf('/');
    if (slash === -1) return undefined;
    key = key.slice(0, slash);
  }
}

/** `https://host/v1/`, `host/v2` and `host` are one; Docker Hub is `docker.io` under all its names. */
function normaliseKey(key: string): string {
  const place = key
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .replace(/\/v[12]$/, '');
  const slash = place.indexOf('/');
  const host = slash === -1 ? place : place.slice(0, slash);
  return (tryParseHost(host) ?? host) + (slash === -1 ? '' : place.slice(slash));
}

/** The name under which credential helpers know a registry. */
export function helperServerUrl(host: string): string {
  return host === DOCKER_HUB ? 'https://index.docker.io/v1/' : host;
}

function readAuth(entry: ReadonlyMap<string, unknown>, file: string): Credentials | undefined {
  const text = (name: string): string => {
    const value = entry.get(name) ?? '';
    if (typeof value !== 'string') throw broken(file, `has an entry of auths whose ${name} is no text`);
    return value;
  };
  const [username, password] =
    text('auth') === '' ? [text('username'), text('password')] : splitAuth(text('auth'), file);
  if (text('registrytoken') !== '') return { kind: 'bearer', token: text('registrytoken') };
  if (text('identitytoken') !== '') {
    return {
      kind: 'identity',
      username: username === '' ? undefined : username,
      token: text('identitytoken'),
    };
  }
  return username === '' && password === '' ? undefined : { kind: 'basic', username, password };
}

/** `auth` is base64 of user:password; old docker pads the password with NULs. */
function splitAuth(auth: string, file: string): readonly [string, string] {
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) throw broken(file, 'has an entry of auths whose auth is not user:password in base64');
  let end = decoded.length;
  while (end > colon + 1 && decoded.charCodeAt(end - 1) === 0) end -= 1;
  return [decoded.slice(0, colon), decoded.slice(colon + 1, end)];
}

function helperName(value: unknown, file: string): string {
  if (typeof value === 'string' && HELPER.test(value)) return value;
  throw broken(file, 'names a credential helper that is no plain name');
}

function entriesOf(value: unknown, file: string, what: string): ReadonlyMap<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return new Map(Object.entries(value));
  throw broken(file, `has no object for ${what}`);
}

function broken(file: string, problem: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${file} ${problem}.`, {
    remedy: 'Write it anew with docker login, or point DOCKER_CONFIG to another directory.',
  });
}
