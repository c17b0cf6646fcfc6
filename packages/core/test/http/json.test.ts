import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../src/http/json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

describe('JSON from outside', () => {
  it.each([
    ['an object', '{"a":[1,"x",null]}', { a: [1, 'x', null] }],
    ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['brackets in strings', `"${'[{'.repeat(500)}"`, '[{'.repeat(500)],
    ['escaped quotes', '["\\"[[[","\\\\"]', ['"[[[', '\\']],
    ['prototype as a value', '{"a":"__proto__"}', { a: '__proto__' }],
    [
      'a hundred levels',
      `${'['.repeat(100)}${']'.repeat(100)}`,
      JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`),
    ],
  ])('is read: %s', (_name, text, value) => {
    expect(parseJson(bytes(text), 'tag list')).toEqual(value);
  });

  it.each([
    ['HTML', '\n<!doctype html>', 'PROTOCOL_INVALID', 'is HTML or XML'],
    ['nothing', '', 'PROTOCOL_INVALID', 'is empty'],
    ['half of it', '{"a":', 'PROTOCOL_INVALID', 'is not valid JSON'],
    ['two', '{}{}', 'PROTOCOL_INVALID', 'is not valid JSON'],
    ['a prototype', '{"a":{"__proto__":{"x":1}}}', 'PROTOCOL_INVALID', '__proto__'],
    ['a prototype in escapes', '{"\\u005f_proto_\\u005F":1}', 'PROTOCOL_INVALID', '__proto__'],
    ['a prototype in more escapes', '{"__\\u0070roto__":1}', 'PROTOCOL_INVALID', '__proto__'],
    ['depth', '['.repeat(101), 'LIMIT_EXCEEDED', '100 levels'],
    ['great depth', '{"a":'.repeat(1_000_000), 'LIMIT_EXCEEDED', '100 levels'],
  ])('is refused: %s', (_name, text, code, words) => {
    expect(() => parseJson(bytes(text), 'tag list of h/a')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    );
    expect(() => parseJson(bytes(text), 'tag list of h/a')).toThrow(/^The tag list of h\/a /);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), 'x')).toThrow(/is not UTF-8 text/);
  });

  it('comes out as JSON.parse has it, or as one of our errors', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(bytes(text), 'x')).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (any) => {
        try {
          parseJson(any, 'x');
        } catch (error) {
          expect(error).toMatchObject({ name: 'SuiteError' });
        }
      }),
    );
  });
});
