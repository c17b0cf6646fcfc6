import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeText, fenceCode, formatBlock, formatLine, mermaidLabel } from '../../src/action/markdown.ts';

describe('escapeText', () => {
  it.each([
    ['HTML', '<script>&amp;', '&lt;script&gt;&amp;amp;'],
    ['a table cell', 'a|b', 'a&#124;b'],
    ['code', '`a`', '&#96;a&#96;'],
    ['emphasis', '**a** _b_ ~~c~~', '&#42;&#42;a&#42;&#42; &#95;b&#95; &#126;&#126;c&#126;&#126;'],
    ['a link', '[a](b)', '&#91;a&#93;(b)'],
    ['an image', '![a](b)', '!&#91;a&#93;(b)'],
    ['an underscore within a word, as it is', 'TAG_EXISTS', 'TAG_EXISTS'],
    ['underscores in a row', 'a__b', 'a&#95;&#95;b'],
    ['a bare link', 'https://a.example', 'https&#58;//a.example'],
    ['a bare link without a scheme', 'WWW.a.example', 'WWW&#46;a.example'],
    ['maths', '$x$', '&#36;x&#36;'],
    ['a backslash', 'C:\\a', 'C:&#92;a'],
    ['a heading', '# a', '&#35; a'],
    ['lines', 'a\r\nb\nc\rd\u2028e', 'a<br>b<br>c<br>d<br>e'],
    ['code by indentation', '     a', 'a'],
    ['text that runs backwards', 'a\u202eb\u200bc', 'a\ufffdb\ufffdc'],
    ['control characters', 'a\u0000\u001b[31m', 'a\ufffd\ufffd&#91;31m'],
    ['a digest, as it is', 'sha256:0af9-1.2', 'sha256:0af9-1.2'],
  ])('shows %s as text', (_, text, expected) => {
    expect(escapeText(text)).toBe(expected);
  });

  it('leaves nothing that has a meaning, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeText(text)
          .replaceAll('<br>', '')
          .replace(/&(?:#\d+|amp|lt|gt|quot);/g, '');
        expect(escaped).not.toMatch(/[<>\\`*[\]|~$\r\n]|:\/\//);
      }),
    );
  });
});

describe('formatLine', () => {
  it.each([
    ['text', 'a <b>', 'a &lt;b&gt;'],
    ['a number', 12, '12'],
    ['code', { code: 'a`|b' }, '<code>a&#96;&#124;b</code>'],
    ['pieces with the space between them', ['a ', { strong: 'b' }, ' c'], 'a <strong>b</strong> c'],
    [
      'a link',
      { link: 'run', to: 'https://a.example/?a=1&b="2"' },
      '<a href="https://a.example/?a=1&amp;b=&quot;2&quot;">run</a>',
    ],
    ['a link within the site', { link: 'run', to: '/a/b' }, '<a href="/a/b">run</a>'],
    ['no link that runs code', { link: 'run', to: 'javascript:alert(1)' }, 'run'],
    ['no link to another host without a scheme', { link: 'run', to: '//a.example' }, 'run'],
  ])('writes %s', (_, line, expected) => {
    expect(formatLine(line)).toBe(expected);
  });
});

describe('formatBlock', () => {
  it.each([
    ['a list', '- a', '&#45; a'],
    ['a numbered list', '12. a', '12&#46; a'],
    ['a numbered list behind space', ' 1) a', ' 1&#41; a'],
    ['a line under a heading', '===', '&#61;=='],
    ['an address, as it is', '127.0.0.1:5000', '127.0.0.1:5000'],
    ['code', { code: '12. a' }, '<code>12. a</code>'],
  ])('shows %s as text', (_, line, expected) => {
    expect(formatBlock(line)).toBe(expected);
  });
});

describe('fenceCode', () => {
  it('makes a fence that the code cannot end', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '\n', '\r') }), (code) => {
        const { open, lines, close } = fenceCode(code, 'sh');
        expect(open).toBe(`${close}sh`);
        expect(close).toMatch(/^`{3,}$/);
        expect(lines.some((line) => line.includes(close) || line.includes('\r'))).toBe(false);
      }),
    );
  });

  it('takes a language that is a word only', () => {
    expect(fenceCode('', 'sh\n# x').open).toBe('```shx');
  });
});

describe('mermaidLabel', () => {
  it.each([
    ['quotes', 'a"b', '"a#34;b"'],
    ['entities', '#quot;', '"#35;quot#59;"'],
    ['a directive', '%%{init}%%', '"#37;#37;#123;init#125;#37;#37;"'],
    ['lines', 'a\nb', '"a b"'],
    ['HTML', '<b>', '"#60;b#62;"'],
  ])('keeps %s text', (_, text, expected) => {
    expect(mermaidLabel(text)).toBe(expected);
  });
});
