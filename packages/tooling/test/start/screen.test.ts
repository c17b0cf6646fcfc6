import { describe, expect, it } from '@jest/globals';
import { openScreen } from '../../src/start/screen.ts';

function record(
  isTTY: boolean,
  env: Readonly<Record<string, string>> = {},
): { readonly text: () => string; readonly screen: ReturnType<typeof openScreen> } {
  let text = '';
  const output = {
    isTTY,
    columns: 30,
    write: (piece: string): void => {
      text += piece;
    },
  };
  return { text: () => text, screen: openScreen({ output, env }) };
}

const ESCAPE = '\u001b';

describe('a screen', () => {
  it('numbers its sections, and writes plain text where it is no terminal', () => {
    const { screen, text } = record(false);
    screen.title('A road');
    screen.section('First');
    screen.fact('a fact');
    screen.section('Second');
    screen.good('well');
    screen.bad('ill');
    expect(text()).toBe('\nA road\n\n1  First\n   a fact\n\n2  Second\n   ✓ well\n   ✗ ill\n');
  });

  it('shows nothing of what is under way where it is no terminal', () => {
    const { screen, text } = record(false);
    const activity = screen.activity('copying');
    activity.update('copying more');
    activity.finish();
    expect(text()).toBe('');
  });

  it('draws what is under way within the line of a terminal, and clears it', () => {
    const { screen, text } = record(true, { NO_COLOR: '1' });
    const activity = screen.activity('copying a blob with a very long name');
    activity.finish();
    const [drawn = ''] = text()
      .split(`\r${ESCAPE}[2K`)
      .filter((part) => part !== '');
    expect(drawn).toBe('   0.0 s  copying a blob with');
    expect(text().endsWith(`\r${ESCAPE}[2K`)).toBe(true);
  });

  it.each([
    ['has colours on a terminal', true, {}, true],
    ['has none where NO_COLOR is set', true, { NO_COLOR: '1' }, false],
    ['has them where NO_COLOR is empty', true, { NO_COLOR: '' }, true],
    ['has none on a dumb terminal', true, { TERM: 'dumb' }, false],
    ['has none elsewhere', false, {}, false],
  ])('%s', (_name, isTTY, env, coloured) => {
    const { screen, text } = record(isTTY, env);
    screen.good('well');
    expect(text().includes(ESCAPE)).toBe(coloured);
  });
});
