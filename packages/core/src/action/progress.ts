import type { Clock } from '../clock.ts';
import { formatBytes, formatElapsed } from './human.ts';

/** How far a transfer is. */
export interface ProgressState {
  readonly doneBytes: number;
  /** What is known so far; it may grow while a plan is made. */
  readonly totalBytes: number;
  readonly doneItems: number;
  readonly totalItems: number;
}

/** What draws the progress of one transfer. */
export interface Progress {
  /** Tells how far it is; called as often as one likes. */
  update(state: ProgressState): void;
  /** Clears the bar, or writes the last line of a log. */
  finish(): void;
}

/** Where progress is drawn, and by which clock. */
export interface ProgressOptions {
  readonly log: { info(text: string): void };
  readonly clock: Pick<Clock, 'now'>;
  readonly isTerminal: boolean;
  /** What is transferred, as the first word of each line; `Copied` by default. */
  readonly verb?: string;
  /** Writes to a terminal without a line end; the process's standard output by default. */
  readonly draw?: (text: string) => void;
  /** Columns of the terminal; asked before each drawing. */
  readonly columns?: () => number;
}

/** In a log, a line tells more than ten do. */
export const LOG_INTERVAL_MILLISECONDS = 5000;

/** Redrawing more often than this only flickers. */
export const DRAW_INTERVAL_MILLISECONDS = 100;

/** Speed is that of the last seconds: an average of all would hide that a transfer has stalled. */
const SPEED_WINDOW_MILLISECONDS = 10_000;

/** Takes away what stands in the line of a terminal, and starts it anew (ECMA-48, "EL"). */
export const CLEAR_LINE = '\r\u001b[2K';

/** The least that shows a share; a narrower terminal gets none. */
const MIN_BAR_WIDTH = 10;
const MAX_BAR_WIDTH = 40;

/** Room kept for the text, so that the bar does not shrink and grow with its figures. */
const TEXT_COLUMNS = 42;

const DEFAULT_COLUMNS = 80;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Shows the progress of a long transfer: a bar on a terminal, a line every few seconds in a log, with bytes,
 * speed and what remains. It has no timer of its own, and so nothing to stop.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { log, clock, isTerminal, verb = 'Copied' } = options;
  const draw = options.draw ?? ((text: string): void => void process.stdout.write(text));
  const columns = options.columns ?? ((): number => process.stdout.columns ?? DEFAULT_COLUMNS);
  const interval = isTerminal ? DRAW_INTERVAL_MILLISECONDS : LOG_INTERVAL_MILLISECONDS;
  const start = clock.now();
  let shownAt = start;
  let samples: readonly Sample[] = [{ at: start, bytes: 0 }];
  let state: ProgressState | undefined;
  let shown: ProgressState | undefined;

  const show = (now: number): void => {
    if (state === undefined) return;
    const speed = speedOf(samples, now);
    if (isTerminal) draw(`${CLEAR_LINE}${drawLine(state, speed, columns())}`);
    else log.info(`${verb} ${describe(state, speed)}`);
    shownAt = now;
    shown = state;
  };

  return {
    update(next) {
      const now = clock.now();
      state = next;
      samples = keepRecent(samples, { at: now, bytes: next.doneBytes });
      if (now - shownAt >= interval) show(now);
    },
    finish() {
      if (isTerminal) {
        if (shown !== undefined) draw(CLEAR_LINE);
      } else if (shown !== undefined && shown !== state) show(clock.now());
      state = undefined;
      shown = undefined;
    },
  };
}

/** One sample older than the window is kept, so that the window is always spanned; those close together merge. */
function keepRecent(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const from = next.at - SPEED_WINDOW_MILLISECONDS;
  const firstRecent = samples.findIndex(({ at }) => at > from);
  const recent = firstRecent === -1 ? samples.slice(-1) : samples.slice(Math.max(firstRecent - 1, 0));
  const [last, previous] = [recent.at(-1), recent.at(-2)];
  const merge =
    last !== undefined && previous !== undefined && next.at - previous.at < DRAW_INTERVAL_MILLISECONDS;
  return [...(merge ? recent.slice(0, -1) : recent), next];
}

/** Bytes a second, or `undefined` before it can be told. */
function speedOf(samples: readonly Sample[], now: number): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || now - first.at < 500) return undefined;
  return Math.max(last.bytes - first.bytes, 0) / ((now - first.at) / 1000);
}

function describe(state: ProgressState, speed: number | undefined): string {
  const { doneBytes, totalBytes, doneItems, totalItems } = state;
  const parts = [`${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} (${percent(state)})`];
  parts.push(`${doneItems} of ${totalItems}`);
  if (speed !== undefined) parts.push(`${formatBytes(speed)}/s`);
  const left = remaining(state, speed);
  if (left !== undefined) parts.push(`${left} left`);
  return parts.join(', ');
}

function drawLine(state: ProgressState, speed: number | undefined, columns: number): string {
  const text = [
    percent(state).padStart(4),
    `${formatBytes(state.doneBytes)}/${formatBytes(state.totalBytes)}`,
    speed === undefined ? '' : `${formatBytes(speed)}/s`,
    remaining(state, speed) ?? '',
  ]
    .filter((part) => part !== '')
    .join('  ');
  // The last column stays free: some terminals wrap when it is written.
  const room = columns - 1;
  const width = Math.min(room - Math.max(text.length, TEXT_COLUMNS) - 3, MAX_BAR_WIDTH);
  if (width < MIN_BAR_WIDTH) return text.slice(0, Math.max(room, 0));
  const full = Math.round(share(state) * width);
  return `▕${'█'.repeat(full)}${' '.repeat(width - full)}▏ ${text}`;
}

function remaining({ doneBytes, totalBytes }: ProgressState, speed: number | undefined): string | undefined {
  if (speed === undefined || speed === 0 || doneBytes >= totalBytes) return undefined;
  return formatElapsed(((totalBytes - doneBytes) / speed) * 1000);
}

function share({ doneBytes, totalBytes }: ProgressState): number {
  return totalBytes <= 0 ? 0 : Math.min(Math.max(doneBytes / totalBytes, 0), 1);
}

/** Rounded down: all but the end is less than 100 %. */
function percent(state: ProgressState): string {
  return `${Math.floor(share(state) * 100)}%`;
}
