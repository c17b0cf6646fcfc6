import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  field,
  parseJson,
  parseJsonObject,
  textField,
  withoutTrailingCommas,
} from '../src/cataloguers/json.ts';

describe('parseJson', () => {
  it.each([
    { name: 'nests too deep', text: '['.repeat(300), expected: /nests deeper than 256/ },
    { name: 'holds too much', text: `[${'0,'.repeat(1_000_001)}0]`, expected: /more than 1000000 values/ },
    { name: 'is no JSON', text: '{"a": }', expected: /It is not JSON/ },
    { name: 'is empty', text: '', expected: /It is not JSON/ },
  ])('refuses what $name', ({ text, expected }) => {
    expect(() => parseJson(text)).toThrow(expected);
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parseJson(text)).toEqual(JSON.parse(text))));
  });

  it('counts brackets in strings for none', () => {
    expect(parseJson(`["${'['.repeat(300)}\\""]`)).toEqual([`${'['.repeat(300)}"`]);
  });

  it('wants an object where an object is expected', () => {
    expect(() => parseJsonObject('[]')).toThrow(/not a JSON object/);
  });

  it('sees nothing inherited', () => {
    const object = parseJsonObject('{"__proto__": {"name": "evil"}}');
    expect(textField(object, 'name')).toBeUndefined();
    expect(field(object, 'toString')).toBeUndefined();
  });
});

describe('withoutTrailingCommas', () => {
  it.each([
    { name: 'in lists and objects', text: '{"a": [1, 2,\n ], }', expected: '{"a": [1, 2\n ] }' },
    {
      name: 'in strings, which stay',
      text: '{"a": ",]", "b": "\\",}"}',
      expected: '{"a": ",]", "b": "\\",}"}',
    },
    { name: 'twice, which stays broken', text: '[1,,]', expected: '[1,]' },
  ])('leaves out commas $name', ({ text, expected }) => {
    expect(withoutTrailingCommas(text)).toBe(expected);
  });

  it('changes no JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(withoutTrailingCommas(text)).toBe(text)));
  });
});
