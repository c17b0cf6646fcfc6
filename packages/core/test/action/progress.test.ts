import { describe, expect, it } from '@jest/globals';
import { createProgress, type ProgressState } from '../../src/action/progress.ts';
import { createManualClock } from './manual-clock.ts';

function at(doneMegabytes: number, totalMegabytes = 100): ProgressState {
  return {
    doneBytes: doneMegabytes * 1e6,
    totalBytes: totalMegabytes * 1e6,
    doneItems: doneMegabytes,
    totalItems: totalMegabytes,
  };
}

function start(isTerminal: boolean, columns = 80) {
  const clock = createManualClock(1_700_000_000_000);
  const lines: string[] = [];
  const drawn: string[] = [];
  const progress = createProgress({
    log: { info: (text) => void lines.push(text) },
    clock,
    isTerminal,
    draw: (text) => void drawn.push(text),
    columns: () => columns,
  });
  return { clock, lines, drawn, progress };
}

describe('progress in a log', () => {
  it('writes a line every five seconds with bytes, speed and what remains', () => {
    const { clock, lines, drawn, progress } = start(false);
    for (let second = 1; second <= 12; second += 1) {
      clock.advance(1000);
      progress.update(at(second * 2));
    }
    progress.finish();
    expect(lines).toEqual([
      'Copied 10.0 MB of 100 MB (10%), 10 of 100, 2.0 MB/s, 45 s left',
      'Copied 20.0 MB of 100 MB (20%), 20 of 100, 2.0 MB/s, 40 s left',
      'Copied 24.0 MB of 100 MB (24%), 24 of 100, 2.0 MB/s, 38 s left',
    ]);
    expect(drawn).toEqual([]);
  });

  it('says nothing of a transfer that ends before the first line', () => {
    const { clock, lines, progress } = start(false);
    clock.advance(4999);
    progress.update(at(100));
    progress.finish();
    expect(lines).toEqual([]);
  });

  it('ends with the last state once, however often it is ended', () => {
    const { clock, lines, progress } = start(false);
    clock.advance(5000);
    progress.update(at(50));
    progress.update(at(100));
    progress.finish();
    progress.finish();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('(100%)');
    expect(lines[1]).not.toContain('left');
  });

  it('shows the speed of the last seconds, so that a stall is seen', () => {
    const { clock, lines, progress } = start(false);
    for (let second = 1; second <= 30; second += 1) {
      clock.advance(1000);
      progress.update(at(Math.min(second, 10)));
    }
    expect(lines.at(-1)).toBe('Copied 10.0 MB of 100 MB (10%), 10 of 100, 0 B/s');
  });

  it('is not confused by a total that grows, or by bytes taken back', () => {
    const { clock, lines, progress } = start(false);
    clock.advance(5000);
    progress.update({ doneBytes: 0, totalBytes: 0, doneItems: 0, totalItems: 0 });
    clock.advance(5000);
    progress.update(at(60, 50));
    clock.advance(5000);
    progress.update(at(30, 200));
    expect(lines).toEqual([
      'Copied 0 B of 0 B (0%), 0 of 0, 0 B/s',
      'Copied 60.0 MB of 50.0 MB (100%), 60 of 50, 6.0 MB/s',
      'Copied 30.0 MB of 200 MB (15%), 30 of 200, 3.0 MB/s, 57 s left',
    ]);
  });
});

describe('progress on a terminal', () => {
  it('redraws a bar in its line, at most ten times a second, and clears it at the end', () => {
    const { clock, lines, drawn, progress } = start(true);
    for (let tick = 1; tick <= 100; tick += 1) {
      clock.advance(10);
      progress.update(at(tick / 2));
    }
    progress.finish();
    expect(drawn).toHaveLength(11);
    expect(drawn[9]).toBe(
      `\r\u001b[2K▕${'█'.repeat(17)}${' '.repeat(17)}▏  50%  50.0 MB/100 MB  50.0 MB/s  1.0 s`,
    );
    expect(drawn.at(-1)).toBe('\r\u001b[2K');
    expect(lines).toEqual([]);
  });

  it.each([200, 120, 80, 60, 40, 20, 10, 1])('never fills the last of %d columns', (columns) => {
    const { clock, drawn, progress } = start(true, columns);
    clock.advance(1000);
    progress.update(at(33));
    const text = (drawn[0] ?? '').replace('\r\u001b[2K', '');
    expect(drawn).toHaveLength(1);
    expect(text.length).toBeLessThan(columns);
  });

  it('draws nothing where nothing was updated', () => {
    const { drawn, progress } = start(true);
    progress.finish();
    expect(drawn).toEqual([]);
  });
});
