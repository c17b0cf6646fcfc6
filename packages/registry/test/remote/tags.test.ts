import {
  type FaultAction,
  makeImage,
  makeIndex,
  type RegistryOptions,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '../../src/name/digest.ts';
import { manifestOf, refusalOf, startWorld, tag } from './world.ts';

const INDEX = makeIndex([]);
const LIST = { path: '/v2/acme/app/tags/list' };
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `v${String(index).padStart(5, '0')}`);
const answer = (tags: unknown, headers: Readonly<Record<string, string>> = {}): FaultAction => ({
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ name: 'acme/app', tags }),
});

describe('tags are listed', () => {
  it.each<[string, number, RegistryOptions, number]>([
    ['none', 0, {}, 1],
    ['a few, on one page', 3, {}, 1],
    ['page by page', 25, { tagsPageSize: 10 }, 3],
    ['page by page where each is full', 20, { tagsPageSize: 10 }, 2],
    ['more than one page of ours', 1001, {}, 2],
  ])('%s', async (_name, count, options, requests) => {
    const { server, open } = await startWorld(options);
    await seed(server, 'acme/app', INDEX, { tags: names(count) });
    expect(await open().listTags()).toEqual(names(count));
    expect(server.log.requests).toHaveLength(requests);
  });

  it.each<[string, readonly FaultAction[], readonly string[]]>([
    ['null', [answer(null)], []],
    ['in the order of the registry', [answer(['b', 'a', 'B'])], ['b', 'a', 'B']],
    [
      'each once',
      [answer(['a', 'a'], { link: '</v2/acme/app/tags/list?last=a>; rel="next"' }), answer(['a', 'b'])],
      ['a', 'b'],
    ],
    [
      'from a page that holds fewer than was asked for',
      [answer(['a'], { link: '</v2/acme/app/tags/list?last=a>; rel="next"' }), answer(['b'])],
      ['a', 'b'],
    ],
    [
      'over an empty page',
      [answer([], { link: '</v2/acme/app/tags/list?x=1>; rel=next' }), answer(['b'])],
      ['b'],
    ],
    [
      'by a link that names another host',
      [
        answer(['a'], { link: '<http://inner.example:8080/v2/acme/app/tags/list?last=a>; rel="next"' }),
        answer(['b']),
      ],
      ['a', 'b'],
    ],
    [
      'by a link whose path names another host behind two slashes',
      [answer(['a'], { link: '<http://inner.example//127.0.0.1:1/v2/x>; rel="next"' }), answer(['b'])],
      ['a', 'b'],
    ],
    [
      'by a link relative to the list',
      [answer(['a'], { link: '<list?last=a>; title="x"; rel="last next"' }), answer(['b'])],
      ['a', 'b'],
    ],
    [
      'by the one link that is the next',
      [
        answer(['a'], { link: '</v2/nope>; rel="prev", </v2/acme/app/tags/list?last=a>; rel="next"' }),
        answer(['b']),
      ],
      ['a', 'b'],
    ],
    ['without a link for a full page', [answer(names(1000)), answer(['w'])], [...names(1000), 'w']],
    ['without a link for a full page that is all', [answer(names(1000)), answer([])], names(1000)],
    ['from a registry that sends all each time', [answer(names(1000)), answer(names(1000))], names(1000)],
    ['not further by a link that is none', [answer(['a'], { link: 'rubbish <' })], ['a']],
    ['not further by a link of another kind', [answer(['a'], { link: '</v2/x>; rel="nextish"' })], ['a']],
  ])('%s', async (_name, pages, expected) => {
    const { server, open } = await startWorld();
    for (const [index, page] of pages.entries()) server.faults.add({ nth: index + 1 }, page);
    expect(await open().listTags()).toEqual(expected);
    expect(server.log.requests).toHaveLength(pages.length);
  });

  it.each<[string, FaultAction, string, RegExp]>([
    [
      'goes round in a circle',
      answer(['a'], { link: '</v2/acme/app/tags/list?n=1000>; rel="next"' }),
      'PROTOCOL_INVALID',
      /goes round in a circle after 1 pages/,
    ],
    ['holds what is no tag', answer(['a', 'b/c']), 'PROTOCOL_INVALID', /"b\/c", which is no tag/],
    ['holds what is no text', answer(['a', 1]), 'PROTOCOL_INVALID', /1, which is no tag/],
    ['is no list', answer({ a: 1 }), 'PROTOCOL_INVALID', /where a list of tags belongs/],
    [
      'is no object',
      { kind: 'answer', status: 200, body: '[]' },
      'PROTOCOL_INVALID',
      /where a list of tags belongs/,
    ],
    ['is a page for humans', { kind: 'html' }, 'PROTOCOL_INVALID', /text\/html where a list of tags belongs/],
    ['is forbidden', { kind: 'answer', status: 403 }, 'FORBIDDEN', /could not list the tags/],
    ['is not given now', { kind: 'answer', status: 500 }, 'UNREACHABLE', /could not list the tags/],
    [
      'nests more deeply than anyone can write down',
      { kind: 'answer', status: 200, body: `{"tags":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}` },
      'LIMIT_EXCEEDED',
      /nests deeper than 64 levels/,
    ],
    [
      'has no end on one page',
      { kind: 'answer', status: 200, body: Buffer.alloc(9 * 1024 * 1024, 'a') },
      'LIMIT_EXCEEDED',
      /more than the 8388608 allowed/,
    ],
  ])('or not, where the list %s', async (_name, action, code, message) => {
    const { server, open } = await startWorld();
    server.faults.add(LIST, action);
    const error = await refusalOf(open().listTags());
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it('or not, where there is no repository', async () => {
    const { open } = await startWorld();
    expect((await refusalOf(open().listTags())).code).toBe('NOT_FOUND');
  });
});

describe('a tag that is to move from what it names', () => {
  it('is not set where it went away meanwhile', async () => {
    const { server, open } = await startWorld({ conditional: true });
    const [old, next] = ['old', 'new'].map((version) => makeImage({ annotations: { version } }));
    if (old === undefined || next === undefined) throw new Error('There are no images.');
    await seed(server, 'acme/app', old, { tags: ['live'] });
    await seed(server, 'acme/app', next);
    server.faults.add(
      { method: 'PUT', path: '/v2/acme/app/manifests/live' },
      { kind: 'hook', run: async () => void (await server.store.deleteTag('acme/app', 'live')) },
    );
    const replaces = parseDigest(old.digest, 'test');
    const error = await refusalOf(open().tagManifest(tag('live'), manifestOf(next), { replaces }));
    expect(error).toMatchObject({
      code: 'PLAN_STALE',
      message: expect.stringContaining('points to nothing by now'),
    });
    expect(server.store.tags('acme/app').size).toBe(0);
  });
});
