import { fenceCode, formatBlock, formatLine, type Line } from './markdown.ts';

/** GitHub drops a step's summary of more than 1 MiB as a whole, with an error on the run. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

/** GitHub shows Mermaid's source in place of a picture when it is much longer. */
export const MAX_MERMAID_LENGTH = 5000;

/** Characters of the longest bar: with its label and value it fits a narrow page. */
const BAR_WIDTH = 20;

/** One bar of {@link Summary.bars}. */
export interface Bar {
  readonly label: Line;
  readonly value: number;
  /** What stands behind the bar; the value by default. */
  readonly text?: Line;
}

/** A block that can be cut between its lines, or around its inner blocks. */
interface Block {
  readonly open: string;
  readonly inner: readonly (string | Block)[];
  readonly close: string;
}

/**
 * Builds a job summary in GitHub-flavoured Markdown. Every value is escaped; what is over the limit is cut at
 * its end, and the cut is stated.
 */
export interface Summary {
  /** Level 3 by default: GitHub's page has levels 1 and 2 of its own. */
  heading(text: Line, level?: 3 | 4 | 5): Summary;
  paragraph(text: Line): Summary;
  list(items: readonly Line[]): Summary;
  /** Short rows are filled up; without rows nothing is written. */
  table(header: readonly Line[], rows: readonly (readonly Line[])[]): Summary;
  code(text: string, language?: string): Summary;
  /** A diagram; labels in it are made by `mermaidLabel`. One that is too long to be drawn is left out. */
  mermaid(source: string): Summary;
  bars(bars: readonly Bar[]): Summary;
  /** Folds what `fill` adds. */
  details(title: Line, fill: (inner: Summary) => void): Summary;
  /** Adds all of another summary behind this one. */
  append(other: Summary): Summary;
  readonly blocks: readonly Block[];
  render(maxBytes?: number): string;
}

/** Starts an empty summary. */
export function createSummary(): Summary {
  const blocks: Block[] = [];
  const add = (open: string, inner: Block['inner'] = [], close = ''): Summary => {
    blocks.push({ open, inner, close });
    return summary;
  };
  const summary: Summary = {
    blocks,
    heading: (text, level = 3) => add(`${'#'.repeat(level)} ${formatLine(text)}\n`),
    paragraph: (text) => add(`${formatBlock(text)}\n`),
    list: (items) =>
      add(
        '',
        items.map((item) => `- ${formatBlock(item)}\n`),
      ),
    table(header, rows) {
      if (rows.length === 0) return summary;
      const row = (cells: readonly Line[]): string =>
        `| ${header.map((_, column) => formatLine(cells[column] ?? '')).join(' | ')} |\n`;
      return add(`${row(header)}|${' --- |'.repeat(header.length)}\n`, rows.map(row));
    },
    code(text, language = '') {
      const { open, lines, close } = fenceCode(text, language);
      return add(
        `${open}\n`,
        lines.map((line) => `${line}\n`),
        `${close}\n`,
      );
    },
    mermaid(source) {
      if (source.length > MAX_MERMAID_LENGTH)
        return summary.paragraph('The diagram is too large to be drawn.');
      const { open, lines, close } = fenceCode(source, 'mermaid');
      return add(`${open}\n${lines.join('\n')}\n${close}\n`);
    },
    bars(bars) {
      const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
      const rows = bars.map(({ label, value, text }) => [label, drawBar(value / longest), text ?? value]);
      return summary.table(['', '', ''], rows);
    },
    details(title, fill) {
      const inner = createSummary();
      fill(inner);
      // Markdown inside HTML is read as such only behind a blank line.
      return add(
        `<details><summary>${formatLine(title)}</summary>\n\n`,
        separate(inner.blocks),
        '\n</details>\n',
      );
    },
    append(other) {
      blocks.push(...other.blocks);
      return summary;
    },
    render: (maxBytes = MAX_SUMMARY_BYTES) => renderBlocks(separate(blocks), maxBytes),
  };
  return summary;
}

const CUT = '\n*The summary was cut here: it is longer than GitHub shows. The outputs hold all of it.*\n';

function renderBlocks(blocks: readonly (string | Block)[], maxBytes: number): string {
  const whole = renderInner(blocks, Number.POSITIVE_INFINITY);
  if (Buffer.byteLength(whole.text) <= maxBytes) return whole.text;
  return renderInner(blocks, maxBytes - Buffer.byteLength(CUT)).text + CUT;
}

/** Renders as much as fits; nothing that follows the first cut is written. */
function renderInner(blocks: readonly (string | Block)[], maxBytes: number): { text: string; cut: boolean } {
  const parts: string[] = [];
  let left = maxBytes;
  for (const block of blocks) {
    const { open, inner, close } = typeof block === 'string' ? { open: block, inner: [], close: '' } : block;
    const frame = Buffer.byteLength(open) + Buffer.byteLength(close);
    if (frame > left) return { text: parts.join(''), cut: true };
    const rendered = renderInner(inner, left - frame);
    left -= frame + Buffer.byteLength(rendered.text);
    parts.push(open, rendered.text, close);
    if (rendered.cut) return { text: parts.join(''), cut: true };
  }
  return { text: parts.join(''), cut: false };
}

/** Blocks of Markdown end at a blank line. */
function separate(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block, index) => (index === 0 ? block : { ...block, open: `\n${block.open}` }));
}

function drawBar(share: number): string {
  const full = Math.round(Math.min(Math.max(share, 0), 1) * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
