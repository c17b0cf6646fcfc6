import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseChallenges } from '../../src/auth/challenge.ts';

function read(header: string): readonly (readonly [string, Readonly<Record<string, string>>])[] {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('a challenge', () => {
  it.each<[string, string, readonly (readonly [string, Readonly<Record<string, string>>])[]]>([
    [
      'of a token server',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/alpine:pull',
          },
        ],
      ],
    ],
    [
      'whose scope holds commas and spaces',
      'Bearer realm="https://a/t",scope="repository:a:pull,push repository:b:pull"',
      [['bearer', { realm: 'https://a/t', scope: 'repository:a:pull,push repository:b:pull' }]],
    ],
    ['in upper case', 'BEARER REALM="https://a/t"', [['bearer', { realm: 'https://a/t' }]]],
    [
      'without quotes',
      'Bearer realm=https://a/t,service=a',
      [['bearer', { realm: 'https://a/t', service: 'a' }]],
    ],
    [
      'with space around',
      '  Bearer   realm = "x" ,  service = "y"  ',
      [['bearer', { realm: 'x', service: 'y' }]],
    ],
    ['with escaped quotes', 'Basic realm="a \\"b\\" \\\\c"', [['basic', { realm: 'a "b" \\c' }]]],
    [
      'of two schemes',
      'Basic realm="r", Bearer realm="t",service="s"',
      [
        ['basic', { realm: 'r' }],
        ['bearer', { realm: 't', service: 's' }],
      ],
    ],
    [
      'of two schemes the other way',
      'Bearer realm="t",service="s",Basic realm="r"',
      [
        ['bearer', { realm: 't', service: 's' }],
        ['basic', { realm: 'r' }],
      ],
    ],
    [
      'behind one that carries a token',
      'Negotiate YWJj==, Basic realm="r"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'r' }],
      ],
    ],
    [
      'behind one that carries nothing',
      'Negotiate, NTLM, Basic realm="r"',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['basic', { realm: 'r' }],
      ],
    ],
    ['with a parameter twice', 'Bearer realm="first",realm="second"', [['bearer', { realm: 'first' }]]],
    ['with a quote left open', 'Bearer realm="https://a', [['bearer', { realm: 'https://a' }]]],
    ['with an empty value', 'Bearer realm="",service="s"', [['bearer', { realm: '', service: 's' }]]],
    ['with empty elements', ',, Basic realm="r",,', [['basic', { realm: 'r' }]]],
    [
      'with an error',
      'Bearer realm="r",error="insufficient_scope"',
      [['bearer', { realm: 'r', error: 'insufficient_scope' }]],
    ],
    ['of nothing', '', []],
    ['of rubbish', '="="=,"', []],
  ])('is read: %s', (_name, header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it('is read as it was written, whatever its values hold', () => {
    const token = fc.stringMatching(/^[a-z]{1,8}$/);
    const parameters = fc.dictionary(token, fc.string(), { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(token, parameters), { minLength: 1, maxLength: 4 }), (challenges) => {
        const header = challenges
          .map(
            ([scheme, values]) =>
              `${scheme} ${Object.entries(values)
                .map(([key, value]) => `${key}="${value.replace(/[\\"]/g, '\\$&')}"`)
                .join(',')}`,
          )
          .join(', ');
        expect(read(header)).toEqual(challenges.map(([scheme, values]) => [scheme, { ...values }]));
      }),
    );
  });

  it('is read in bounded time and number', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', ',', '=', ' ', '\\'), maxLength: 200 }),
        (header) => {
          expect(parseChallenges(header).length).toBeLessThanOrEqual(16);
        },
      ),
    );
    const start = performance.now();
    for (const part of ['a ', '"', ',', '=', 'a="', 'a=a ', '\\']) parseChallenges(part.repeat(50_000));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
