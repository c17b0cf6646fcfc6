import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mermaidLabel } from '../../src/action/markdown.ts';
import {
  createSummary,
  MAX_MERMAID_LENGTH,
  MAX_SUMMARY_BYTES,
  type Summary,
} from '../../src/action/summary.ts';

const HOSTILE = '</details><script>alert(1)</script>\n| `x` | **y** |';

function buildEverything(): Summary {
  return createSummary()
    .heading(['✅ Promoted to ', { code: 'ghcr.io/acme/api' }])
    .paragraph([
      'In ',
      { strong: '8 s' },
      ', see ',
      { link: 'the run', to: 'https://github.com/acme/api/actions/runs/1' },
      '.',
    ])
    .mermaid(`flowchart LR\n  dev[${mermaidLabel('dev "1"')}] --> prod[${mermaidLabel('prod')}]`)
    .table(
      ['Reference', 'Digest'],
      [[{ code: 'ghcr.io/acme/api:2.1.0' }, 'sha256:4f53'], ['short'], [HOSTILE, 1, 'dropped']],
    )
    .bars([
      { label: 'copied', value: 30, text: '30 MB' },
      { label: 'mounted', value: 10 },
      { label: 'skipped', value: 0 },
    ])
    .details('What to do', (inner) =>
      inner
        .list(['First', { code: HOSTILE }])
        .code('permissions:\n  packages: write\n', 'yaml')
        .heading('Deeper', 4),
    )
    .table(['Empty'], [])
    .paragraph('The end.');
}

describe('a summary', () => {
  it('is Markdown as in the golden file', () => {
    const golden = new URL('./golden/summary.txt', import.meta.url);
    const text = buildEverything().render();
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('is empty where nothing was said', () => {
    expect(createSummary().render()).toBe('');
  });

  it('is not drawn past what GitHub draws', () => {
    const text = createSummary()
      .mermaid(`flowchart LR\n${'a --> b\n'.repeat(MAX_MERMAID_LENGTH / 8)}`)
      .render();
    expect(text).toBe('The diagram is too large to be drawn.\n');
  });

  it('puts what it appends behind a blank line', () => {
    const text = createSummary().heading('a').append(createSummary().paragraph('b')).render();
    expect(text).toBe('### a\n\nb\n');
  });

  it('is cut between the rows of a table over the limit, and says so', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => [`row-${index}`, 'x'.repeat(60)]);
    const text = createSummary()
      .heading('Verdict')
      .details('Plan', (inner) => inner.table(['a', 'b'], rows).paragraph('behind the table'))
      .paragraph('behind the details')
      .render();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_SUMMARY_BYTES - 400);
    expect(text).toMatch(/^### Verdict\n/);
    expect(text).toMatch(/\|\n\n<\/details>\n\n\*The summary was cut here: .*\*\n$/);
    expect(text).not.toContain('behind');
  });

  it('keeps code that is cut in its fence', () => {
    const text = createSummary().code('line\n'.repeat(100)).render(300);
    expect(text).toMatch(/^```\n(?:line\n)+```\n\n\*The summary was cut/);
  });

  it('never exceeds its limit, and is whole or says that it is cut', () => {
    const block = fc.record({
      kind: fc.constantFrom('paragraph', 'code', 'table', 'details'),
      text: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(block), fc.integer({ min: 120, max: 2000 }), (blocks, limit) => {
        const summary = createSummary();
        for (const { kind, text } of blocks) {
          if (kind === 'paragraph') summary.paragraph(text);
          else if (kind === 'code') summary.code(text);
          else if (kind === 'table') summary.table(['a'], [[text], [text]]);
          else summary.details(text, (inner) => inner.paragraph(text).code(text));
        }
        const cut = summary.render(limit);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(cut === summary.render() || cut.includes('The summary was cut here')).toBe(true);
        expect(cut.split('<details>').length).toBe(cut.split('</details>').length);
      }),
    );
  });

  it.each([
    ['nothing at all', [{ label: 'a', value: 0 }], '░'.repeat(20)],
    [
      'a negative value',
      [
        { label: 'a', value: 1 },
        { label: 'b', value: -1 },
      ],
      '░'.repeat(20),
    ],
    ['the largest', [{ label: 'a', value: 1e300 }], '█'.repeat(20)],
  ])('draws a bar of %s', (_, bars, expected) => {
    expect(createSummary().bars(bars).render()).toContain(`| ${expected} |`);
  });
});
