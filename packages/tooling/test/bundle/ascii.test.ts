// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code that is only read.
import { describe, expect, it } from '@jest/globals';
import { toAscii } from '../../src/bundle/bundle.ts';

describe('toAscii', () => {
  it.each([
    ['a string', "'a…b 🏷️'", 'a…b 🏷️'],
    ['a template', '`…${1}`', '…1'],
    ['a regular expression', "/^[…→]+$/.test('…→')", true],
    ['one that knows code points', "/^🏷$/u.test('🏷')", true],
  ])('means the same in %s', (_, code, value) => {
    const ascii = toAscii(code);
    expect(ascii).toMatch(/^[\0-\x7f]*$/);
    // biome-ignore lint/security/noGlobalEval: what the code means is the question.
    expect(eval(ascii)).toBe(value);
  });

  it('refuses a raw template, in which it would mean something else', () => {
    expect(() => toAscii('String.raw`…`')).toThrow(/raw/);
  });
});
