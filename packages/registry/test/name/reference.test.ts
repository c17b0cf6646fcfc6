import { isSuiteError, type SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Location } from '../../src/name/location.ts';
import {
  formatLocation,
  formatReference,
  parseLocation,
  parseReference,
  parseRepository,
  sameLocation,
} from '../../src/name/reference.ts';

const HEX = 'a'.repeat(64);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${'b'.repeat(128)}`;

function refusal(read: () => unknown): SuiteError {
  try {
    read();
  } catch (error) {
    if (isSuiteError(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('a name in a registry', () => {
  it.each([
    ['a bare name is in Docker Hub’s library', 'alpine', 'docker.io', 'library/alpine', undefined],
    ['a tag follows a bare name', 'alpine:3.20', 'docker.io', 'library/alpine', '3.20'],
    ['a namespace of Docker Hub stays', 'acme/app', 'docker.io', 'acme/app', undefined],
    ['docker.io written out', 'docker.io/alpine', 'docker.io', 'library/alpine', undefined],
    ['the old index is Docker Hub', 'index.docker.io/alpine:3', 'docker.io', 'library/alpine', '3'],
    [
      'the host that is dialled is Docker Hub',
      'registry-1.docker.io/acme/app',
      'docker.io',
      'acme/app',
      undefined,
    ],
    ['library elsewhere is not added', 'ghcr.io/app', 'ghcr.io', 'app', undefined],
    ['a dot makes a host', 'ghcr.io/acme/app:1', 'ghcr.io', 'acme/app', '1'],
    ['localhost is a host', 'localhost/app', 'localhost', 'app', undefined],
    ['a port makes a host', 'registry:5000/app', 'registry:5000', 'app', undefined],
    ['a port and a tag', 'localhost:5000/a/b/c:v1', 'localhost:5000', 'a/b/c', 'v1'],
    ['an upper-case letter makes a host', 'Build/app', 'Build', 'app', undefined],
    ['hosts have no case', 'GHCR.io/acme/app', 'ghcr.io', 'acme/app', undefined],
    ['a first part of lower-case letters is no host', 'ghcr/app', 'docker.io', 'ghcr/app', undefined],
    ['an IPv4 address', '127.0.0.1:5000/app', '127.0.0.1:5000', 'app', undefined],
    ['an IPv6 address with a port', '[::1]:5000/x:t', '[::1]:5000', 'x', 't'],
    ['an IPv6 address without a port', '[2001:DB8::1]/x', '[2001:db8::1]', 'x', undefined],
    [
      'what looks like a port without a slash is a tag',
      'localhost:5000',
      'docker.io',
      'library/localhost',
      '5000',
    ],
    [
      'all separators of the grammar',
      'ghcr.io/a.b/c_d/e__f/g---h',
      'ghcr.io',
      'a.b/c_d/e__f/g---h',
      undefined,
    ],
    ['a tag of all kinds of characters', 'ghcr.io/a:_A.b-9', 'ghcr.io', 'a', '_A.b-9'],
    ['a tag of 128 characters', `ghcr.io/a:${'t'.repeat(128)}`, 'ghcr.io', 'a', 't'.repeat(128)],
  ])('%s', (_name, text, host, name, tag) => {
    expect(parseReference(text, 'source')).toEqual({
      location: { kind: 'registry', host, name },
      tag,
      digest: undefined,
    });
  });

  it.each([
    ['by digest', `ghcr.io/acme/app@${SHA256}`, undefined, SHA256],
    ['by sha512', `ghcr.io/acme/app@${SHA512}`, undefined, SHA512],
    ['by tag and digest', `ghcr.io/acme/app:1.2.3@${SHA256}`, '1.2.3', SHA256],
  ])('is read %s', (_name, text, tag, digest) => {
    expect(parseReference(text, 'source')).toEqual({
      location: { kind: 'registry', host: 'ghcr.io', name: 'acme/app' },
      tag,
      digest,
    });
  });

  it.each([
    ['nothing', '', /missing/, /host\/name/],
    ['a scheme', 'https://ghcr.io/acme/app', /starts with https:\/\//, /"ghcr.io\/acme\/app"/],
    ['docker’s scheme', 'docker://alpine', /starts with docker:\/\//, /"alpine"/],
    ['upper case in the name', 'ghcr.io/Acme/App:1', /upper-case/, /Write ghcr\.io\/acme\/app\./],
    ['upper case in a bare name', 'Alpine', /upper-case/, /Write docker\.io\/alpine\./],
    ['an empty part', 'ghcr.io/a//b', /empty part/, /host\/name/],
    ['an empty end', 'ghcr.io/a/', /empty part/, /host\/name/],
    ['a leading slash', '/a/b', /empty part/, /host\/name/],
    ['a host alone', 'ghcr.io/', /names no repository/, /host\/name/],
    ['an empty tag', 'ghcr.io/a:', /tag of the wrong form: ""/, /128/],
    ['a tag that starts with a dot', 'ghcr.io/a:.x', /tag of the wrong form: ".x"/, /128/],
    ['a tag that is too long', `ghcr.io/a:${'t'.repeat(129)}`, /tag of the wrong form/, /128/],
    ['a tag with a plus', 'ghcr.io/a:1.0.0+build', /tag of the wrong form/, /128/],
    ['a short digest', 'ghcr.io/a@sha256:abc', /digest of the wrong form \(10 characters\)/, /64/],
    ['an upper-case digest', `ghcr.io/a@sha256:${'A'.repeat(64)}`, /digest of the wrong form/, /64/],
    ['an unknown algorithm', `ghcr.io/a@md5:${'a'.repeat(32)}`, /digest of the wrong form/, /sha512/],
    ['two digests', `ghcr.io/a@${SHA256}@${SHA256}`, /digest of the wrong form/, /64/],
    ['a separator at the end', 'ghcr.io/a-', /"a-" in the name/, /lower-case/],
    ['three underscores', 'ghcr.io/a___b', /"a___b" in the name/, /lower-case/],
    ['two dots', 'ghcr.io/a..b', /"a\.\.b" in the name/, /lower-case/],
    ['a path out of the repository', 'ghcr.io/a/../b', /"\.\." in the name/, /lower-case/],
    ['a percent sign', 'ghcr.io/a%2fb', /"a%2fb" in the name/, /lower-case/],
    ['a query', 'ghcr.io/a?b', /"a\?b" in the name/, /lower-case/],
    ['a line break', 'ghcr.io/a\nb', /control characters/, /host\/name/],
    ['a space around', ' ghcr.io/a', /white space/, /host\/name/],
    ['a port of no number', 'ghcr.io:x/a', /"ghcr.io:x" where a host belongs/, /domain name/],
    ['a port past the last', 'ghcr.io:65536/a', /where a host belongs/, /domain name/],
    ['an empty label', 'ghcr..io/a', /where a host belongs/, /domain name/],
    ['an IPv6 address that is none', '[::g]:5000/a', /where a host belongs/, /domain name/],
    ['an IPv6 address left open', '[::1/a', /where a host belongs/, /domain name/],
    ['an IPv4 address of five parts', '1.2.3.4.5/a', /where a host belongs/, /domain name/],
    ['256 characters', `ghcr.io/${'a'.repeat(248)}`, /256 characters/, /at most 255/],
  ])('is refused with %s', (_name, text, message, remedy) => {
    const error = refusal(() => parseReference(text, 'input "source"'));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toMatch(/^input "source": /);
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  it('does not repeat a password that was written into it', () => {
    const error = refusal(() => parseReference('https://bot:hunter2@ghcr.io/acme/app', 'source'));
    expect(`${error.message} ${error.remedy}`).not.toContain('hunter2');
    expect(error.remedy).toMatch(/registries/);
  });

  it('takes 255 characters of host and name', () => {
    expect(parseRepository(`ghcr.io/${'a'.repeat(247)}`, 'x').name).toHaveLength(247);
  });
});

describe('a local place', () => {
  it.each([
    ['a layout', 'oci:images', 'images', undefined, undefined],
    ['a layout with a tag', 'oci:./images:v1', './images', 'v1', undefined],
    ['a layout with a digest', `oci:images@${SHA256}`, 'images', undefined, SHA256],
    ['a layout with both', `oci:images:v1@${SHA256}`, 'images', 'v1', SHA256],
    ['a Windows drive', 'oci:C:\\images', 'C:\\images', undefined, undefined],
    ['a Windows drive and a tag', 'oci:C:\\images:v1', 'C:\\images', 'v1', undefined],
    ['a Windows drive with slashes', 'oci:C:/images:v1', 'C:/images', 'v1', undefined],
    ['the root of a drive', 'oci:C:/', 'C:/', undefined, undefined],
    ['the root', 'oci:/', '/', undefined, undefined],
    ['a colon further up', 'oci:a:b/c', 'a:b/c', undefined, undefined],
    ['a colon in the last part, closed by a slash', 'oci:a:b/', 'a:b', undefined, undefined],
    ['the last of two colons is the tag’s', 'oci:a:b:c', 'a:b', 'c', undefined],
    ['an @ that starts no digest', 'oci:me@home', 'me@home', undefined, undefined],
    ['a slash at the end', 'oci:images///', 'images', undefined, undefined],
  ])('%s', (_name, text, path, tag, digest) => {
    expect(parseReference(text, 'source')).toEqual({ location: { kind: 'layout', path }, tag, digest });
  });

  it('an archive is a file, whatever colons its name has', () => {
    expect(parseReference('docker-archive:C:\\a:b.tar', 'source')).toEqual({
      location: { kind: 'archive', path: 'C:\\a:b.tar' },
      tag: undefined,
      digest: undefined,
    });
  });

  it.each([
    ['no directory', 'oci:', /names no directory/],
    ['a tag alone', 'oci::v1', /names no directory/],
    ['a bad tag', 'oci:dir:a b', /tag of the wrong form/],
    ['an empty tag', 'oci:dir:', /tag of the wrong form/],
    ['a short digest', 'oci:dir@sha256:abc', /digest of the wrong form/],
    ['no file', 'docker-archive:', /names no file/],
    ['a NUL', 'oci:a\u0000b', /control characters/],
  ])('is refused with %s', (_name, text, message) => {
    const error = refusal(() => parseReference(text, 'source'));
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toMatch(message);
  });
});

describe('a place without tag or digest', () => {
  it.each([
    ['a tag on a repository', 'ghcr.io/a:1', /names a tag/, 'Write ghcr.io/a.'],
    ['a digest on a repository', `ghcr.io/a@${SHA256}`, /names a digest/, 'Write ghcr.io/a.'],
    ['a tag on a layout', 'oci:dir:v1', /names a tag/, 'Write oci:dir.'],
  ])('refuses %s', (_name, text, message, remedy) => {
    const error = refusal(() => parseLocation(text, 'destination'));
    expect(error.message).toMatch(message);
    expect(error.remedy).toBe(remedy);
  });

  it('refuses a directory where a repository is meant', () => {
    expect(refusal(() => parseRepository('oci:dir', 'images')).message).toMatch(/not a repository/);
  });

  it.each([
    ['Docker Hub by two names', 'alpine', 'index.docker.io/library/alpine', true],
    ['another name', 'ghcr.io/a', 'ghcr.io/b', false],
    ['another port', 'localhost:1/a', 'localhost:2/a', false],
    ['a directory with and without its slash', 'oci:a', 'oci:a/', true],
    ['a directory and a detour to it', 'oci:a/b', 'oci:./a/x/../b', true],
    ['a file and a directory', 'oci:a', 'docker-archive:a', false],
  ])('tells whether two are one: %s', (_name, a, b, same) => {
    expect(sameLocation(parseLocation(a, 'a'), parseLocation(b, 'b'))).toBe(same);
  });
});

/** The grammar as the distribution-spec writes it, in one expression; the parser is built otherwise. */
const SPEC_NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const SPEC_TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

function accepts(text: string): boolean {
  try {
    parseReference(text, 'x');
    return true;
  } catch (error) {
    if (isSuiteError(error, 'INPUT_INVALID')) return false;
    throw error;
  }
}

describe('every text', () => {
  const nameText = fc.string({
    unit: fc.constantFrom('a', 'b', '1', '.', '_', '-', '/', 'B'),
    maxLength: 14,
  });
  const tagText = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '_', '.', '-', '+'), maxLength: 6 });

  it('is a name exactly where the grammar of the distribution-spec says so', () => {
    fc.assert(
      fc.property(nameText, (name) => {
        expect(accepts(`ghcr.io/${name}`)).toBe(SPEC_NAME.test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('is a tag exactly where the grammar of the distribution-spec says so', () => {
    fc.assert(
      fc.property(tagText, (tag) => {
        expect(accepts(`ghcr.io/a:${tag}`)).toBe(SPEC_TAG.test(tag));
      }),
    );
  });

  it('either is refused as an input or is written as it is read', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      '1',
      '.',
      '-',
      '/',
      ':',
      '@',
      '\\',
      '[',
      ']',
      'oci:',
      `sha256:${HEX}`,
      'localhost',
      'x.io/',
      ' ',
      '\n',
      '%',
      '?',
      '#',
      'é',
      'sha256:a',
    );
    const text = fc.oneof(
      fc.string({ unit, maxLength: 12 }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit, maxLength: 8 }).map((rest) => `oci:${rest}`),
    );
    fc.assert(
      fc.property(text, (name) => {
        if (!accepts(name)) return;
        const reference = parseReference(name, 'x');
        expect(parseReference(formatReference(reference), 'x')).toEqual(reference);
        expect(parseLocation(formatLocation(reference.location), 'x')).toEqual(reference.location);
      }),
      { numRuns: 5000 },
    );
  });

  it('is read in a time that grows with its length only', () => {
    const hostile = ['-', '_', 'a-', 'a.', '@sha1:', ':', '[', '/'].map((part) =>
      part.repeat(4096 / part.length),
    );
    const start = performance.now();
    for (const text of hostile)
      for (const prefix of ['', 'ghcr.io/', 'oci:']) accepts((prefix + text).slice(0, 4096));
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('is refused beyond 4096 characters', () => {
    expect(refusal(() => parseReference(`oci:${'a'.repeat(4093)}`, 'x')).message).toMatch(/4097 characters/);
  });
});

describe('a location that was not typed', () => {
  it.each<[string, Location]>([
    ['a directory that looks tagged', { kind: 'layout', path: 'a:b' }],
    ['a directory that looks like a digest', { kind: 'layout', path: `a@${SHA256}` }],
  ])('is written so that it is read again: %s', (_name, location) => {
    expect(parseLocation(formatLocation(location), 'x')).toEqual(location);
  });
});
