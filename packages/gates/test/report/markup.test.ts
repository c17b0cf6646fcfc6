import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { code, escapeHtml, formatMarkup, isWebAddress, link, markup } from '../../src/report/markup.ts';

describe('escaping', () => {
  it.each([
    { name: 'tags', text: '<script>alert(1)</script>', shown: '&lt;script&gt;alert(1)&lt;/script&gt;' },
    { name: 'both kinds of quotes', text: `" onload='x'`, shown: '&quot; onload=&#39;x&#39;' },
    { name: 'entities', text: '&lt;', shown: '&amp;lt;' },
    { name: 'text that runs backwards', text: 'a\u202eb', shown: 'a\ufffdb' },
    { name: 'what is not seen', text: 'a\u0000\u200b\ufeffb', shown: 'a\ufffd\ufffd\ufffdb' },
    { name: 'half a character', text: 'a\ud800b', shown: 'a\ufffdb' },
  ])('shows $name as they are', ({ text, shown }) => {
    expect(escapeHtml(text)).toBe(shown);
  });

  it('leaves nothing that could start a tag or end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const page = formatMarkup(markup`<p title="${text}">${text}</p>`);
        expect(page.match(/[<>"']/g)?.join('')).toBe('<""><>');
      }),
    );
  });

  it('cuts what is too long', () => {
    expect(escapeHtml('a'.repeat(5000))).toBe(`${'a'.repeat(2000)}…`);
  });

  it('takes no value that came as JSON for markup', () => {
    const hostile = JSON.parse('{"markup":"<b>","Symbol(markup)":"<b>","text":"<b>"}');
    expect(() => formatMarkup(markup`<p>${hostile}</p>`)).toThrow();
  });

  it('escapes within lists, and no markup twice', () => {
    expect(formatMarkup(markup`<p>${['<', code('>'), undefined, 3]}</p>`)).toBe(
      '<p>&lt;<code>&gt;</code>3</p>',
    );
  });
});

describe('a link', () => {
  it.each([
    { name: 'the web', to: 'https://github.com/acme/api', is: true },
    { name: 'a script', to: 'javascript:alert(1)', is: false },
    { name: 'a script behind a line break', to: 'java\nscript:alert(1)', is: false },
    { name: 'data', to: 'data:text/html,x', is: false },
    { name: 'a file', to: 'file:///etc/passwd', is: false },
    { name: 'no scheme', to: '//evil.example', is: false },
    { name: 'no host', to: 'https://', is: false },
    { name: 'nothing', to: '', is: false },
  ])('to $name: $is', ({ to, is }) => {
    expect(isWebAddress(to)).toBe(is);
    expect(formatMarkup(link(to, 'x')).startsWith('<a ')).toBe(is);
  });
});
