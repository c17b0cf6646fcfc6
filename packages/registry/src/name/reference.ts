import { resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import { tryParseDigest } from './digest.ts';
import { DOCKER_HUB, looksLikeHost, tryParseHost } from './host.ts';
import { formatLocal, splitLayoutName } from './local-reference.ts';
import type { Location, Reference, Repository } from './location.ts';
import { tryParseTag } from './tag.ts';

/** distribution-spec, "Pulling manifests": clients limit host, `/` and name together to 255 characters. */
const MAX_NAME_LENGTH = 255;

/** Longer than any path and any name with tag and digest; it keeps the work on hostile text bounded. */
const MAX_REFERENCE_LENGTH = 4096;

/** One part of a repository's name (distribution-spec, "Pulling manifests"). */
const NAME_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

const FORM = 'Write host/name:tag, host/name@sha256:…, oci:DIRECTORY[:tag] or docker-archive:FILE.';

/**
 * Reads an image's name as the contract writes it: `host/name:tag`, `host/name@sha256:…`, both together,
 * `oci:DIR[:tag|@digest]`, `docker-archive:FILE`. A name without a host is Docker Hub's, and one of a single
 * part lies in its namespace `library`.
 *
 * @param what names the place it came from, for the error: `input "source"`.
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseReference(text: string, what: string): Reference {
  refuseUnreadable(text, what);
  if (text.startsWith('oci:')) {
    const layout = splitLayoutName(text.slice('oci:'.length));
    if ('problem' in layout)
      throw invalid(
        text,
        what,
        `${layout.problem}`,
        'Write oci:DIRECTORY, oci:DIRECTORY:tag or oci:DIRECTORY@sha256:….',
      );
    return { location: { kind: 'layout', path: layout.path }, tag: layout.tag, digest: layout.digest };
  }
  if (text.startsWith('docker-archive:')) {
    const path = text.slice('docker-archive:'.length);
    if (path === '') throw invalid(text, what, 'names no file', 'Write docker-archive:FILE.');
    return { location: { kind: 'archive', path }, tag: undefined, digest: undefined };
  }
  return parseRemote(text, what);
}

/**
 * Reads the name of a place without tag or digest: a repository, `oci:DIR`, `docker-archive:FILE`.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseLocation(text: string, what: string): Location {
  const { location, tag, digest } = parseReference(text, what);
  if (tag === undefined && digest === undefined) return location;
  throw invalid(
    text,
    what,
    `names ${tag === undefined ? 'a digest' : 'a tag'}, where only a repository is meant`,
    `Write ${formatLocation(location)}.`,
  );
}

/**
 * Reads the name of a repository in a registry: `ghcr.io/acme/app`, without tag or digest.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseRepository(text: string, what: string): Repository {
  const location = parseLocation(text, what);
  if (location.kind === 'registry') return location;
  throw invalid(
    text,
    what,
    'is not a repository in a registry',
    'Write host/name, such as ghcr.io/acme/app.',
  );
}

/** Writes a reference so that {@link parseReference} reads the same one. */
export function formatReference(reference: Reference): string {
  const { location, tag, digest } = reference;
  if (location.kind !== 'registry') return formatLocal(location, tag, digest);
  return `${formatLocation(location)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Writes a place: `ghcr.io/acme/app`, `oci:DIR`, `docker-archive:FILE`. */
export function formatLocation(location: Location): string {
  return location.kind === 'registry' ? `${location.host}/${location.name}` : formatLocal(location);
}

/** Whether two places are one, however their paths are written; links in them are not followed. */
export function sameLocation(a: Location, b: Location): boolean {
  if (a.kind === 'registry' || b.kind === 'registry') return formatLocation(a) === formatLocation(b);
  return a.kind === b.kind && resolve(a.path) === resolve(b.path);
}

function parseRemote(text: string, what: string): Reference {
  const at = text.indexOf('@');
  const named = at === -1 ? text : text.slice(0, at);
  const digest = at === -1 ? undefined : tryParseDigest(text.slice(at + 1));
  if (at !== -1 && digest === undefined) {
    throw invalid(
      text,
      what,
      `has a digest of the wrong form (${text.length - at - 1} characters)`,
      'A digest is sha256: and 64 lower-case hex digits, or sha512: and 128.',
    );
  }
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? tryParseTag(named.slice(colon + 1)) : undefined;
  if (tagged && tag === undefined) {
    throw invalid(
      text,
      what,
      `has a tag of the wrong form: ${quote(named.slice(colon + 1))}`,
      'A tag has 1 to 128 letters, digits, "_", "." and "-", and starts with a letter, a digit or "_".',
    );
  }
  return { location: parseName(tagged ? named.slice(0, colon) : named, text, what), tag, digest };
}

function parseName(path: string, text: string, what: string): Repository {
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  const hasHost = slash !== -1 && looksLikeHost(first);
  const host = hasHost ? tryParseHost(first) : DOCKER_HUB;
  if (host === undefined) {
    throw invalid(
      text,
      what,
      `has ${quote(first)} where a host belongs`,
      'A host is a domain name, an IPv4 address or an IPv6 address in brackets, with :port where it has one.',
    );
  }
  const rest = hasHost ? path.slice(slash + 1) : path;
  checkName(rest, host, text, what);
  const name = host === DOCKER_HUB && !rest.includes('/') ? `library/${rest}` : rest;
  if (host.length + 1 + name.length > MAX_NAME_LENGTH) {
    throw invalid(
      text,
      what,
      `has ${host.length + 1 + name.length} characters in host and name`,
      `Registries take at most ${MAX_NAME_LENGTH}.`,
    );
  }
  return { kind: 'registry', host, name };
}

function checkName(name: string, host: string, text: string, what: string): void {
  const parts = name.split('/');
  if (parts.includes('')) {
    throw invalid(text, what, name === '' ? 'names no repository' : 'has an empty part in the name', FORM);
  }
  if (parts.every((part) => NAME_PART.test(part))) return;
  const lower = name.toLowerCase();
  if (lower.split('/').every((part) => NAME_PART.test(part))) {
    throw invalid(
      text,
      what,
      'has upper-case letters in the name, which registries do not take',
      `Write ${host}/${lower}.`,
    );
  }
  const wrong = parts.find((part) => !NAME_PART.test(part.toLowerCase())) ?? name;
  throw invalid(
    text,
    what,
    `has ${quote(wrong)} in the name`,
    'Each part of a name is lower-case letters and digits, separated by ".", "_", "__" or hyphens.',
  );
}

/** Refuses what is no name of any kind, before any part of it is looked at. */
function refuseUnreadable(text: string, what: string): void {
  if (text === '') throw new SuiteError('INPUT_INVALID', `${what}: an image is missing.`, { remedy: FORM });
  if (text.length > MAX_REFERENCE_LENGTH) {
    throw new SuiteError(
      'INPUT_INVALID',
      `${what}: a name of ${text.length} characters is longer than ${MAX_REFERENCE_LENGTH}.`,
      { remedy: FORM },
    );
  }
  const local = /^(?:oci|docker-archive):/.test(text);
  // What comes before an @ and a host is a user's name and password: such a text is not shown again.
  if (!local && /@[^@]*\//.test(text)) {
    throw new SuiteError(
      'INPUT_INVALID',
      `${what}: the name holds an "@" in front of a "/", as if for a user.`,
      {
        remedy: 'Give credentials in the input "registries", and the image as host/name:tag.',
      },
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(text) || (!local && text.trim() !== text)) {
    throw invalid(text, what, 'has control characters, or white space around it', FORM);
  }
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(text)?.[1];
  if (scheme !== undefined) {
    const rest = text.slice(scheme.length + 3);
    throw invalid(text, what, `starts with ${scheme}://`, `Leave ${scheme}:// out: ${quote(rest)}.`);
  }
}

function invalid(text: string, what: string, problem: string, remedy: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `${what}: ${quote(text)} ${problem}.`, { remedy });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
