import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from '../../src/verifying/strict-json.ts';

const read = (text: string): unknown => parseStrictJson(Buffer.from(text), 'text');

describe('JSON with one meaning', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.boolean(), (text, isSpaced) => {
        const value: unknown = JSON.parse(text);
        fc.pre(!text.includes('__proto__'));
        const written = isSpaced ? JSON.stringify(value, undefined, ' \t') : text;
        fc.pre(JSON.stringify(value).length === text.replace(/\s/g, '').length || isSpaced);
        expect(read(written)).toEqual(value);
      }),
    );
  });

  it.each([
    '{"a":1,"a":2}',
    '{"a" : 1 ,\n"a"\t: 2}',
    '{"a":1,"\\u0061":2}',
    '{"\\"":1,"\\u0022":2}',
    '[{"b":{"c":[],"d":"x","c":{}}}]',
    '{"":0,"":0}',
    '{"a":"}","a":"{"}',
    '{"a":["a","a"],"b":{"a":1},"a":2}',
  ])('refuses a key twice: %s', (text) => {
    expect(() => read(text)).toThrow(/twice/);
  });

  it.each(['{"__proto__":1}', '{"a":[{"\\u005f_proto__":1}]}'])('refuses a prototype: %s', (text) => {
    expect(() => read(text)).toThrow(/"__proto__"/);
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '["a","a"]',
    '{"a":["a",{"a":"b"}],"b":"\\"a\\":"}',
    '{"a":"b:","b":"a"}',
  ])('takes the same text where it is no key twice: %s', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });
});
