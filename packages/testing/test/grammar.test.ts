import { MEDIA_TYPE, makeImage, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseScopes } from '../src/registry/grants.ts';
import { isRepositoryName, isTag, parseRoute } from '../src/registry/route.ts';
import { askPath, openRegistry } from './support/registry.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const word = fc.string({ unit: fc.constantFrom(...LOWER), minLength: 1, maxLength: 8 });
const component = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), word), { maxLength: 3 }))
  .map(([head, rest]) => head + rest.flat().join(''));
const name = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });

describe('names', () => {
  it('made by the grammar are names, and a path finds them again', () => {
    fc.assert(
      fc.property(name, hex, (repository, digits) => {
        const digest = `sha256:${digits}`;
        expect(isRepositoryName(repository)).toBe(true);
        expect(parseRoute(`/v2/${repository}/blobs/${digest}`)).toEqual({ kind: 'blob', repository, digest });
        expect(parseRoute(`/v2/${repository}/manifests/tag`)).toEqual({
          kind: 'manifest',
          repository,
          reference: 'tag',
        });
        expect(parseRoute(`/v2/${repository}/tags/list`)).toEqual({ kind: 'tags', repository });
        expect(parseRoute(`/v2/${repository}/blobs/uploads/`)).toEqual({ kind: 'uploads', repository });
      }),
    );
  });

  it.each([
    '',
    'A',
    'a_',
    '-a',
    'a..b',
    'a___b',
    'a//b',
    '/a',
    'a/',
    'a b',
    'ä',
    'a\n',
    `${'a/'.repeat(127)}aa`,
  ])('are not: %j', (text) => {
    expect(isRepositoryName(text)).toBe(false);
  });

  it('that are as long as they may be are judged at once, whatever they are', () => {
    const hostile = `${'a-'.repeat(126)}a!`;
    const started = performance.now();
    for (let round = 0; round < 1000; round += 1) isRepositoryName(hostile);
    // An expression that backtracks takes longer than the universe; the bound only has to tell the two apart.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('tags', () => {
  it.each(['a', '_', '1.2.3', 'v1-rc.1_x', 'T'.repeat(128)])('are: %s', (text) => {
    expect(isTag(text)).toBe(true);
  });

  it.each(['', '.a', '-a', 'a+b', 'a/b', 'a\n', 'T'.repeat(129)])('are not: %j', (text) => {
    expect(isTag(text)).toBe(false);
  });
});

describe('scopes', () => {
  it.each([
    ['repository:a/b:pull', ['a/b pull']],
    ['repository:a:push,pull,pull', ['a push', 'a pull']],
    ['repository(plugin):a:pull', ['a pull']],
    ['repository:a:pull repository:b:*', ['a pull', 'b pull', 'b push', 'b delete']],
    ['registry:catalog:*', []],
    ['repository:a:fly', []],
    ['repository:a', []],
    ['', []],
  ])('are read: %j', (text, accesses) => {
    expect(parseScopes([text]).map(({ repository, action }) => `${repository} ${action}`)).toEqual(accesses);
  });
});

it('never answers a wild path with a defect', async () => {
  const registry = await openRegistry();
  await seed(registry, 'a', makeImage(), { tags: ['t'] });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'),
      fc.webPath(),
      fc.constantFrom(
        '',
        '/v2',
        '/v2/a',
        '/v2/a/manifests',
        '/v2/a/blobs',
        '/v2/a/blobs/uploads',
        '/v2/a/referrers',
      ),
      fc.webQueryParameters(),
      async (method, path, prefix, query) => {
        const headers = {
          'content-type': MEDIA_TYPE.ociManifest,
          'content-range': query.slice(0, 20).replace(/[^ -~]/g, ''),
        };
        const reply = await askPath(registry, `${prefix}${path}?digest=${query}`, {
          method,
          headers,
          body: '{}',
        });
        expect(reply.status).toBeLessThan(500);
      },
    ),
    { numRuns: 150 },
  );
  expect(registry.defects).toEqual([]);
}, 30_000);
