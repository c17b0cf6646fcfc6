import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { namesIn, parseTemplate } from '../src/template.ts';
import { renderTemplate, type Variable } from '../src/template-render.ts';

const SCOPE = new Map<string, Variable>([
  ['branch', "a&b's <c>"],
  ['empty', ''],
  ['no', 'false'],
  ['show', ({ argument, settings }) => JSON.stringify([argument ?? null, [...settings]])],
]);

function render(text: string) {
  return renderTemplate(parseTemplate(text, 'test'), SCOPE);
}

describe('a template', () => {
  it.each<[template: string, text: string]>([
    ['plain', 'plain'],
    ['x-{{branch}}-y', "x-a&b's <c>-y"],
    ['{{{branch}}}', "a&b's <c>"],
    ['{{& branch }}', "a&b's <c>"],
    ['{{ branch }}', "a&b's <c>"],
    [' x {{~branch~}} y', " xa&b's <c>y"],
    ['{{! a comment }}x{{!-- another }} --}}y', 'xy'],
    ['\\{{branch}}', '{{branch}}'],
    ['}} { { {', '}} { { {'],
    ['{{unknown}}', ''],
    ['{{constructor}}{{__proto__}}', ''],
    ["{{show 'a b'}}", '[{"text":"a b"},[]]'],
    ['{{show "}}"}}', '[{"text":"}}"},[]]'],
    ["{{show 'a' tz = 'b' x=\"c\"}}", '[{"text":"a"},[["tz","b"],["x","c"]]]'],
    ['{{show YYYY-MM}}', '["unquoted",[]]'],
    ['{{#if branch}}A{{else}}B{{/if}}', 'A'],
    ['{{#if empty}}A{{^}}B{{/if}}', 'B'],
    ['{{#if no}}A{{/if}}{{#unless no}}B{{/unless}}', 'B'],
    ['{{#if branch}}{{#unless empty}}A{{/unless}}{{/if}}', 'A'],
  ])('%j is filled in as %j', (template, text) => {
    expect(render(template).text).toBe(text);
  });

  it('says what was empty and what it does not know', () => {
    expect(render('{{empty}}{{empty}}{{nope}}{{branch}}')).toMatchObject({
      empty: ['empty'],
      unknown: ['nope'],
    });
    expect(render('{{#if empty}}{{empty}}{{/if}}')).toMatchObject({ text: '', empty: [] });
    expect([...namesIn(parseTemplate('{{a}}{{#if b}}{{c}}{{else}}{{d}}{{/if}}', 'test'))]).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it.each<[template: string, problem: string]>([
    ['{{branch', 'has braces that do not close as they open'],
    ['{{branch}}}', 'has braces that do not close as they open'],
    ['{{{branch}}', 'has braces that do not close as they open'],
    ['{{!-- x }}', 'has braces that do not close as they open'],
    ['{{}}', 'has "" between its braces'],
    ['{{> partial}}', 'is not understood'],
    ['{{a (b)}}', 'is not understood'],
    ["{{'branch'}}", 'is not understood'],
    ["{{a 'b' 'c'}}", 'is not understood'],
    ['{{a tz=b}}', 'is not understood'],
    ['{{#each a}}{{/each}}', 'is not understood'],
    ['{{#if a}}', 'does not close its {{#if a}}'],
    ['{{/if}}', 'closes {{/if}}, which is not open'],
    ['{{else}}', 'has an {{else}} without its {{#if}}'],
    ['{{#if}}{{/if}}', 'has a {{#if}} without its one name'],
    ['{{#if a}}'.repeat(17), 'nests more than 16 conditions'],
    ['x'.repeat(65537), 'is longer than 65536 characters'],
  ])('%s is refused', (template, problem) => {
    expect(() => parseTemplate(template, 'input "tags", row "x"')).toThrow(problem);
    expect(() => parseTemplate(template, 'input "tags", row "x"')).toThrow('(input "tags", row "x")');
  });

  it('is a text or an error of the suite, whatever is written', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '#if ',
      'else',
      '/if',
      'branch',
      "'",
      '"',
      ' ',
      '~',
      '!',
      '\\',
      '=',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
        try {
          expect(typeof render(pieces.join('')).text).toBe('string');
        } catch (error) {
          expect(isSuiteError(error, 'INPUT_INVALID')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('without braces is itself', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => {
          expect(render(text).text).toBe(text);
        },
      ),
    );
  });
});
