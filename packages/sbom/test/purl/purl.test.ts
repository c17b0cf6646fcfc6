import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalPurl, parsePurl } from '../../src/purl/parse-purl.ts';
import { formatPurl, type PurlParts } from '../../src/purl/purl.ts';

const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
const suite = data === undefined ? undefined : join(data, 'purl/tests');

interface Parts {
  readonly type: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly version: string | null;
  readonly qualifiers: Record<string, string> | null;
  readonly subpath: string | null;
}
interface Case {
  readonly description: string;
  readonly test_type: 'parse' | 'build' | 'validate' | 'roundtrip';
  readonly expected_failure: boolean;
  readonly input: string | Parts;
  readonly expected_output?: string | Parts | null;
}

/** The suite writes absent parts as null. */
function toParts(parts: Parts): PurlParts {
  return {
    type: parts.type ?? '',
    namespace: parts.namespace ?? undefined,
    name: parts.name ?? '',
    version: parts.version ?? undefined,
    qualifiers: parts.qualifiers ?? undefined,
    subpath: parts.subpath ?? undefined,
  };
}

function run(test: Case): unknown {
  try {
    if (typeof test.input !== 'string') return formatPurl(toParts(test.input)) ?? null;
    return test.test_type === 'parse' ? parsePurl(test.input) : canonicalPurl(test.input);
  } catch {
    return null;
  }
}

function expected(test: Case): unknown {
  if (test.expected_failure) return null;
  const output = test.expected_output;
  return typeof output === 'string' || output === null || output === undefined ? output : toParts(output);
}

if (suite === undefined || !existsSync(suite)) {
  describe.skip('the official suite', () => {
    it.skip('is run where ARTIFACT_LIFECYCLE_DATA names the truth data', () => {});
  });
} else {
  const cases = ['spec', 'types']
    .flatMap((folder) => readdirSync(join(suite, folder)).map((file) => join(folder, file)))
    .sort()
    .flatMap((file) =>
      (JSON.parse(readFileSync(join(suite, file), 'utf8')) as { tests: Case[] }).tests.map((test, index) => ({
        name: `${file} ${index}: ${test.test_type} ${test.description}`,
        test,
      })),
    );
  describe('the official suite', () => {
    it('is whole', () => {
      expect(cases.length).toBe(586);
    });
    it.each(cases)('$name', ({ test }) => {
      expect(JSON.parse(JSON.stringify(run(test)))).toEqual(JSON.parse(JSON.stringify(expected(test))));
    });
  });
}

describe('formatPurl', () => {
  it.each<{ name: string; parts: PurlParts; purl: string | undefined }>([
    {
      name: 'encodes the plus of a binary rebuild, keeps the colon of an epoch',
      parts: {
        type: 'deb',
        namespace: 'debian',
        name: 'attr',
        version: '1:2.4.47-2+b1',
        qualifiers: { arch: 'amd64' },
      },
      purl: 'pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64',
    },
    {
      name: 'sorts qualifiers and drops empty ones',
      parts: {
        type: 'rpm',
        namespace: 'redhat',
        name: 'bash',
        version: '5',
        qualifiers: { upstream: 'b', epoch: '', arch: 'x' },
      },
      purl: 'pkg:rpm/redhat/bash@5?arch=x&upstream=b',
    },
    {
      name: 'keeps the case of Go modules, whose paths have one',
      parts: {
        type: 'golang',
        namespace: 'github.com/Azure',
        name: 'azure-sdk-for-go',
        version: 'v1.0.0+incompatible',
      },
      purl: 'pkg:golang/github.com/Azure/azure-sdk-for-go@v1.0.0%2Bincompatible',
    },
    { name: 'spells names of PyPI', parts: { type: 'pypi', name: 'Foo_Bar' }, purl: 'pkg:pypi/foo-bar' },
    { name: 'encodes a slash in a name', parts: { type: 'generic', name: 'a/b' }, purl: 'pkg:generic/a%2Fb' },
    {
      name: 'takes half of a surrogate pair',
      parts: { type: 'generic', name: '\ud800' },
      purl: 'pkg:generic/%EF%BF%BD',
    },
    { name: 'is undefined without a name', parts: { type: 'npm', name: '' }, purl: undefined },
    {
      name: 'is undefined for a key with a space',
      parts: { type: 'npm', name: 'a', qualifiers: { 'a b': 'c' } },
      purl: undefined,
    },
  ])('$name', ({ parts, purl }) => {
    expect(formatPurl(parts)).toBe(purl);
  });
});

describe('parsePurl', () => {
  it.each([
    { name: 'an encoding that is none', text: 'pkg:npm/%zz@1' },
    { name: 'an encoding of no UTF-8', text: 'pkg:npm/%ff@1' },
    { name: 'another scheme', text: 'https://example.org/a' },
    { name: 'a text that is too long', text: `pkg:npm/${'a'.repeat(70_000)}` },
  ])('refuses $name', ({ text }) => {
    expect(() => parsePurl(text)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }));
  });

  it('is no way to a prototype', () => {
    expect(() => parsePurl('pkg:npm/a?__proto__=b')).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID' }),
    );
    expect(({} as Record<string, unknown>)['b']).toBeUndefined();
  });

  it('reads back whatever is written', () => {
    const word = fc.string({ unit: 'binary', maxLength: 12 });
    const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/);
    const parts = fc.record({
      type: fc.constantFrom(
        'apk',
        'deb',
        'generic',
        'golang',
        'maven',
        'npm',
        'nuget',
        'oci',
        'pypi',
        'rpm',
        'github',
      ),
      namespace: fc.option(word, { nil: undefined }),
      name: word,
      version: fc.option(word, { nil: undefined }),
      qualifiers: fc.dictionary(key, word, { maxKeys: 4 }),
      subpath: fc.option(word, { nil: undefined }),
    });
    fc.assert(
      fc.property(parts, (given) => {
        const purl = formatPurl(given);
        if (purl === undefined) return;
        expect(purl).toMatch(/^pkg:[a-z]+\/[\x21-\x7e]+$/);
        expect(formatPurl(parsePurl(purl))).toBe(purl);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but SuiteErrors', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `pkg:npm/${text}`),
        ),
        (text) => {
          try {
            parsePurl(text);
          } catch (error) {
            expect(error).toMatchObject({ code: 'CONTENT_INVALID' });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
