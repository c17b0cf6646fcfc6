/** A line on which something is under way; it is redrawn on a terminal and absent elsewhere. */
export interface Activity {
  /** What is shown behind the elapsed time. */
  update(text: string): void;
  /** Removes the line. */
  finish(): void;
}

/** Where a person reads along: sections, facts, and what is under way. */
export interface Screen {
  title(text: string): void;
  section(text: string): void;
  fact(text: string): void;
  /** What is worth less than the facts: grey where there are colours. */
  detail(text: string): void;
  good(text: string): void;
  bad(text: string): void;
  activity(text: string): Activity;
}

/** What a screen is drawn on. */
export interface ScreenOptions {
  readonly output: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const REDRAW_MILLISECONDS = 100;
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = '\r\u001b[2K';

/** Opens a screen: colours and moving lines only on a terminal, and no colours where `NO_COLOR` is set. */
export function openScreen({ output, env }: ScreenOptions): Screen {
  const isTerminal = output.isTTY === true && env['TERM'] !== 'dumb';
  const coloured = isTerminal && (env['NO_COLOR'] ?? '') === '';
  const paint = (code: number, text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);
  const print = (text: string): void => void output.write(`${text}\n`);
  let sections = 0;
  return {
    title: (text) => print(`\n${paint(1, text)}`),
    section: (text) => {
      sections += 1;
      print(`\n${paint(1, `${sections}  ${text}`)}`);
    },
    fact: (text) => print(`   ${text}`),
    detail: (text) => print(`   ${paint(90, text)}`),
    good: (text) => print(`   ${paint(32, '✓')} ${text}`),
    bad: (text) => print(`   ${paint(31, '✗')} ${text}`),
    activity: (text) => {
      if (!isTerminal) return { update: () => {}, finish: () => {} };
      const started = performance.now();
      let shown = text;
      const draw = (): void => {
        const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
        // The last column stays free: some terminals wrap when it is written. Some say that they have 0 columns.
        const line = `   ${seconds}  ${shown}`.slice(0, (output.columns || DEFAULT_COLUMNS) - 1);
        output.write(`${CLEAR_LINE}${paint(90, line)}`);
      };
      const timer = setInterval(draw, REDRAW_MILLISECONDS);
      draw();
      return {
        update: (next) => {
          shown = next;
        },
        finish: () => {
          clearInterval(timer);
          output.write(CLEAR_LINE);
        },
      };
    },
  };
}
