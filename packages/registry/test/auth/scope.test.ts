import { describe, expect, it } from '@jest/globals';
import { coversScopes, formatScopes, mergeScopes, parseScopes, scopeOf } from '../../src/auth/scope.ts';

describe('scopes', () => {
  it.each([
    ['one', 'repository:a/b:pull', ['repository:a/b:pull']],
    ['several actions', 'repository:a:pull,push', ['repository:a:pull,push']],
    ['several scopes', 'repository:a:pull repository:b:push', ['repository:a:pull', 'repository:b:push']],
    ['one twice', 'repository:a:pull repository:a:push,pull', ['repository:a:pull,push']],
    ['the catalog', 'registry:catalog:*', ['registry:catalog:*']],
    ['a port in the name', 'repository:host:5000/a:pull', ['repository:host:5000/a:pull']],
    ['empty parts', '  repository:a:pull,,  ', ['repository:a:pull']],
    ['a word, as ECR Public’s', 'aws', ['aws']],
    ['no resource', ':pull', []],
    ['nothing', '', []],
  ])('are read and written: %s', (_name, text, expected) => {
    expect(formatScopes(parseScopes(text))).toEqual(expected);
  });

  it('keep the first ones first when they are put together', () => {
    const merged = mergeScopes(
      scopeOf('dst', 'pull', 'push'),
      mergeScopes(scopeOf('src', 'pull'), scopeOf('dst', 'delete')),
    );
    expect(formatScopes(merged)).toEqual(['repository:dst:pull,push,delete', 'repository:src:pull']);
  });

  it.each([
    ['the same', scopeOf('a', 'pull'), scopeOf('a', 'pull'), true],
    ['more actions', scopeOf('a', 'pull', 'push'), scopeOf('a', 'pull'), true],
    ['fewer actions', scopeOf('a', 'pull'), scopeOf('a', 'pull', 'push'), false],
    ['another repository', scopeOf('a', 'pull'), scopeOf('b', 'pull'), false],
    ['all actions', parseScopes('repository:a:*'), scopeOf('a', 'delete'), true],
    [
      'more repositories',
      mergeScopes(scopeOf('a', 'pull'), scopeOf('b', 'pull')),
      scopeOf('b', 'pull'),
      true,
    ],
    ['nothing wanted', scopeOf('a', 'pull'), new Map(), true],
  ])('cover others: %s', (_name, held, wanted, covered) => {
    expect(coversScopes(held, wanted)).toBe(covered);
  });
});
