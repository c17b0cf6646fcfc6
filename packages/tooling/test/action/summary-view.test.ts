import { stripVTControlCharacters } from 'node:util';
import { createSummary } from '@artifact-lifecycle/core/action';
import { describe, expect, it } from '@jest/globals';
import { renderSummary } from '../../src/action/summary-view.ts';

describe('the summary on a terminal', () => {
  it('is text without markup, with tables in columns', () => {
    const markdown = createSummary()
      .heading(['✅ Promoted ', { code: 'a_b<c>' }])
      .paragraph(['See ', { link: 'the run', to: 'https://a.example' }, '.'])
      .mermaid('flowchart LR\n  a --> b')
      .table(
        ['Reference', 'State'],
        [
          [{ code: 'a:1' }, 'created'],
          ['long|er:2', 'a\nb'],
        ],
      )
      .bars([{ label: 'x', value: 1 }])
      .details('More', (inner) => inner.code('permissions:\n  packages: write', 'yaml').list(['one']))
      .render();
    expect(stripVTControlCharacters(renderSummary(markdown))).toBe(
      [
        '✅ Promoted a_b<c>',
        '',
        'See the run.',
        '',
        '  Reference  State',
        '  a:1        created',
        '  long|er:2  a / b',
        '',
        `  x  ${'█'.repeat(20)}  1`,
        '',
        'More',
        '',
        '    permissions:',
        '      packages: write',
        '',
        '- one',
      ].join('\n'),
    );
  });
});
