import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseYaml } from '../src/cataloguers/yaml.ts';

describe('parseYaml', () => {
  it.each([
    { name: 'numbers as text', text: 'a: 1.10\nb: 0x10', expected: [{ a: '1.10', b: '0x10' }] },
    { name: 'several documents', text: 'a: x\n---\n- y\n', expected: [{ a: 'x' }, ['y']] },
    { name: 'nothing', text: '', expected: [] },
    { name: 'an empty value', text: 'a:\nb: ""', expected: [{ a: undefined, b: undefined }] },
    { name: 'flow', text: 'a: {b: [c, d], e: {}}', expected: [{ a: { b: ['c', 'd'], e: {} } }] },
    { name: 'no alias', text: 'a: &x [1]\nb: *x', expected: [{ a: ['1'], b: undefined }] },
    {
      name: 'no merge',
      text: 'a: &x {k: v}\nb: {<<: *x}',
      expected: [{ a: { k: 'v' }, b: { '<<': undefined } }],
    },
    { name: 'no key that is a map', text: '? {a: b}\n: c\nd: e', expected: [{ d: 'e' }] },
  ])('reads $name', ({ text, expected }) => {
    expect(parseYaml(text)).toEqual(expected);
  });

  it.each([
    { name: 'a bracket left open', text: 'a: [b', expected: /not YAML/ },
    { name: 'deep lists', text: `${'['.repeat(100)}${']'.repeat(100)}`, expected: /nests deeper than 64/ },
    { name: 'very deep lists', text: '['.repeat(20_000), expected: /not YAML/ },
    { name: 'deep maps', text: `${'{a: '.repeat(100)}${'}'.repeat(100)}`, expected: /nests deeper than 64/ },
    { name: 'too much', text: '#'.repeat(9_000_000), expected: /longer than/ },
  ])('refuses $name', ({ text, expected }) => {
    expect(() => parseYaml(text)).toThrow(expected);
  });

  it('is done with keys nested in keys at once', () => {
    // The library's own conversion takes minutes for these.
    expect(parseYaml('? '.repeat(400))).toEqual([{}]);
  });

  it('keeps a key that objects have anyway to itself', () => {
    const [value] = parseYaml('__proto__: {evil: yes}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(Object(value))).toEqual(['__proto__']);
  });

  it('reads what others write', () => {
    const text = fc.string({ minLength: 1 });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        text,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => expect(parseYaml(stringify(value))).toEqual([value])));
  });

  it('throws only errors of ours at any text', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '? ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a ',
      '*a',
      '|',
      '---\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          parseYaml(pieces.join(''));
        } catch (error) {
          expect(error).toMatchObject({ name: 'SuiteError' });
        }
      }),
    );
  });
});
