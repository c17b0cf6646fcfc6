import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, MAX_PATTERN_LENGTH, patternProblem, regularExpressionOf } from '../src/pattern.ts';

describe('a pattern', () => {
  it.each<[pattern: string, matches: readonly string[], others: readonly string[]]>([
    ['latest', ['latest'], ['latest2', 'alatest', 'Latest', '']],
    ['1.2', ['1.2'], ['1x2', '1.2.3', '11.2']],
    ['1.*', ['1.2', '1.', '1.2.3'], ['1', '21.2', '1/2']],
    ['v?', ['v1', 'vx'], ['v', 'v12', 'v/']],
    ['*', ['', 'a', '🦀'], ['a/b', '/']],
    ['**', ['', 'a', 'a/b/c', '/'], []],
    ['refs/heads/*', ['refs/heads/main'], ['refs/heads/a/b', 'refs/heads', 'refs/tags/v1']],
    ['refs/heads/**', ['refs/heads/main', 'refs/heads/a/b', 'refs/heads/'], ['refs/heads', 'refs/tags/v1']],
    [
      'deploy/**/*.yaml',
      ['deploy/a.yaml', 'deploy/x/a.yaml', 'deploy/x/y/a.yaml'],
      ['deploya.yaml', 'a.yaml', 'deploy/a.yml'],
    ],
    ['**/a', ['a', 'x/a', 'x/y/a'], ['xa', 'x/ya']],
    ['a**/b', ['a/b', 'axx/b', 'ax/y/b'], ['a', 'ab']],
    ['v[0-9]', ['v0', 'v9'], ['v', 'va', 'v10']],
    ['v[!0-9]', ['va', 'v.'], ['v0', 'v', 'v/']],
    ['v[^0-9]', ['va'], ['v0']],
    ['[]a]', [']', 'a'], ['b', '[]a]']],
    ['[a-]', ['a', '-'], ['b']],
    ['[\\]]', [']'], ['\\']],
    ['{edge,next}', ['edge', 'next'], ['edge,next', 'edgenext', '']],
    ['v{1,2{.0,.5}}', ['v1', 'v2.0', 'v2.5'], ['v2', 'v1.0']],
    ['a{,b}c', ['ac', 'abc'], ['abbc']],
    ['a{b}', ['ab'], ['a']],
    ['a,b', ['a,b'], ['a', 'b']],
    ['\\*', ['*'], ['a', '\\*']],
    ['\\{a\\,b\\}', ['{a,b}'], ['a']],
    ['pr-[0-9]*', ['pr-1', 'pr-12-x'], ['pr-', 'pr-x1']],
    ['🦀?', ['🦀x', '🦀🦀'], ['🦀']],
    ['a.b+c(d)|e$', ['a.b+c(d)|e$'], ['axb+c(d)|e$', 'abbc']],
    ['/', ['/'], ['', '//']],
    ['//', ['//'], ['']],
  ])('%j matches what it should as a whole', (pattern, matches, others) => {
    const match = compilePattern(pattern);
    expect(matches.filter((value) => !match(value))).toEqual([]);
    expect(others.filter((value) => match(value))).toEqual([]);
  });

  it.each([
    ['', 'is empty'],
    ['[a', 'has a "[" that nothing closes'],
    ['[', 'has a "[" that nothing closes'],
    ['[]', 'has a "[" that nothing closes'],
    ['[!]', 'has a "[" that nothing closes'],
    ['[z-a]', 'has a range whose end comes before its start'],
    ['{a', 'has a "{" that nothing closes'],
    ['{a,{b}', 'has a "{" that nothing closes'],
    ['a}', 'has a "}" that nothing opens'],
    ['{a}}', 'has a "}" that nothing opens'],
    ['a\\', 'ends in a "\\" that nothing follows'],
    ['{'.repeat(9) + '}'.repeat(9), 'has braces more than 8 deep'],
    ['a'.repeat(513), 'is 513 characters long; patterns have at most 512'],
  ])('%j %s', (pattern, problem) => {
    expect(patternProblem(pattern)).toBe(problem);
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('between slashes is an expression, for the engine that is given', () => {
    expect(regularExpressionOf('/v[0-9]+/')).toBe('v[0-9]+');
    const asked: string[] = [];
    const match = compilePattern('/v[0-9]+/', (expression) => {
      asked.push(expression);
      return (value) => value === 'v1';
    });
    expect([asked, match('v1'), match('v2')]).toEqual([['v[0-9]+'], true, false]);
    expect(() => compilePattern('/v[0-9]+/')).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  });

  it.each([
    ['stars', `${'*a'.repeat(255)}b`],
    ['double stars', `${'**a'.repeat(170)}b`],
    ['alternatives that overlap', `${'{a,aa,*}'.repeat(63)}b`],
    ['nested alternatives', `${'{'.repeat(8)}a,a${'}*'.repeat(8)}b`],
    ['sets', '[!b]*'.repeat(100)],
  ])('takes linear time: %s', (_name, pattern) => {
    const match = compilePattern(pattern);
    const value = 'a'.repeat(4000);
    const before = process.cpuUsage();
    match(value);
    match(`${value}c`);
    const { user, system } = process.cpuUsage(before);
    // 512 characters of pattern by 4000 of value are some 10 million steps; backtracking would never end.
    expect((user + system) / 1_000_000).toBeLessThan(20);
  });

  it('agrees with an expression of the same meaning', () => {
    const atom = fc.constantFrom<readonly [glob: string, expression: string]>(
      ['a', 'a'],
      ['b', 'b'],
      ['.', '\\.'],
      ['/', '/'],
      ['?', '[^/]'],
      ['*', '[^/]*'],
      ['[ab]', '[ab]'],
      ['[!a]', '[^a/]'],
      ['\\?', '\\?'],
    );
    const sequence = fc.array(atom, { maxLength: 5 }).map(join);
    const braces = fc
      .array(sequence, { minLength: 1, maxLength: 3 })
      .map(
        (options) =>
          [
            `{${options.map(([glob]) => glob).join(',')}}`,
            `(?:${options.map(([, e]) => e).join('|')})`,
          ] as const,
      );
    const pattern = fc
      .array(fc.oneof({ weight: 4, arbitrary: atom }, { weight: 1, arbitrary: braces }), {
        minLength: 1,
        maxLength: 6,
      })
      .map(join)
      // Two stars that meet are one with another meaning, and slashes around all make an expression.
      .filter(([glob]) => !/\*[{},]*\*/.test(glob) && regularExpressionOf(glob) === undefined && glob !== '');
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '?'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, value, ([glob, expression], text) => {
        expect(compilePattern(glob)(text)).toBe(new RegExp(`^(?:${expression})$`, 's').test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('of any text is compiled, or has a problem that says why', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab*?[]{}!^,-\\/'), maxLength: 20 }), (text) => {
        const problem = patternProblem(text);
        if (problem !== undefined) expect(problem).toMatch(/^(?:is|has|ends) /);
        else if (regularExpressionOf(text) === undefined)
          expect(typeof compilePattern(text)(text)).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
    expect(MAX_PATTERN_LENGTH).toBe(512);
  });
});

function join(parts: readonly (readonly [string, string])[]): readonly [string, string] {
  return [parts.map(([glob]) => glob).join(''), parts.map(([, expression]) => expression).join('')];
}
