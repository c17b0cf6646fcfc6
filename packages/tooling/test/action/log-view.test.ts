import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLogView } from '../../src/action/log-view.ts';

const REDRAW = '\r\u001b[2K';

function show(chunks: readonly string[], debug = false): string {
  let printed = '';
  const view = createLogView(
    (text) => {
      printed += text;
    },
    { debug },
  );
  for (const chunk of chunks) view.write(chunk);
  view.end();
  return printed;
}

describe('the log on a terminal', () => {
  it.each([
    ['plain lines', 'a\nb\n', 'a\nb\n'],
    ['a last line without its end', 'a', 'a\n'],
    ['line ends of Windows', 'a\r\nb\r\n', 'a\nb\n'],
    ['a group', '::group::Copy\na\n::endgroup::\n', '▼ Copy\na\n'],
    [
      'an error with title and place',
      '::error title=demo%3A TAG_EXISTS,file=a.yml,line=3,col=1::50%25%0Anext\n',
      'error demo: TAG_EXISTS a.yml:3\n50%\nnext\n',
    ],
    ['a warning', '::warning::careful\n', 'warning\ncareful\n'],
    ['an escaped percent sign before letters', '::notice::%250A\n', 'notice\n%0A\n'],
    ['debug texts, which are hidden', '::debug::x\na\n', 'a\n'],
    ['other commands, which are for the runner', '::set-output name=a::b\n::save-state name=a::b\n', ''],
    ['colons elsewhere', ' ::x::y\n[::1]:5000\n', ' ::x::y\n[::1]:5000\n'],
  ])('shows %s', (_, log, expected) => {
    expect(stripVTControlCharacters(show([log]))).toBe(expected);
  });

  it('shows debug texts when they are asked for', () => {
    expect(stripVTControlCharacters(show(['::debug::x\n'], true))).toBe('x\n');
  });

  it('shows the same however the log is cut into pieces', () => {
    const log = 'a\r\n::group::T\nhello\n::add-mask::secret\nthe secret\n::error title=x::y%0Az\nend';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: log.length })), (cuts) => {
        const points = [0, ...[...cuts].sort((a, b) => a - b), log.length];
        const chunks = points.slice(1).map((point, index) => log.slice(points[index], point));
        expect(show(chunks)).toBe(show([log]));
      }),
    );
  });

  it('hides what was masked, from then on, each line of it', () => {
    const printed = show(['::add-mask::one%0Atwo\nfor one and two\n::add-mask::\nx\n']);
    expect(printed).toBe('for *** and ***\nx\n');
  });

  it('lets a progress bar draw, and draws lines over it', () => {
    expect(show([`${REDRAW}50%`, `${REDRAW}60%`, `${REDRAW}`, 'done\n'])).toBe(
      `${REDRAW}50%${REDRAW}60%${REDRAW}done\n`,
    );
    expect(show([`${REDRAW}50%`, 'a\nb\n'])).toBe(`${REDRAW}50%${REDRAW}a\nb\n`);
    expect(show([`${REDRAW}50%${REDRAW}60%\n`])).toBe('60%\n');
  });
});
