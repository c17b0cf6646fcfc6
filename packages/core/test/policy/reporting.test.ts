import { describe, expect, it } from '@jest/globals';
import { mistakesOf, withEnvironment, withGates } from './mistakes.ts';

describe('the report of mistakes', () => {
  it('tells of all mistakes at once, in order of place', () => {
    const text = withGates('chekcs: {}', 'soak: long')
      .replace('version: 1', 'version: 3')
      .concat('records: {}\n');
    expect(mistakesOf(text).map((mistake) => mistake.replace(/: .*/, ''))).toEqual([
      '1:10',
      '6:7',
      '7:13',
      '8:1',
    ]);
  });

  it('lists twenty mistakes and counts the others', () => {
    const keys = Array.from({ length: 25 }, (_, index) => `unknown${index}: 1`);
    const mistakes = mistakesOf(['version: 1', ...keys, ''].join('\n'));
    expect(mistakes).toHaveLength(21);
    expect(mistakes.at(-1)).toBe('… and 5 more.');
  });

  it('cuts long values and shows no control characters', () => {
    const [mistake] = mistakesOf(withEnvironment(`tags: "${'x'.repeat(500)}"`));
    expect(mistake).toContain(`not "${'x'.repeat(80)}…"`);
    const [hidden] = mistakesOf(withEnvironment('tags: "a\\e[31m\\u202eb\\n::error::"'));
    expect(hidden).toContain('not "a\\u001b[31m�b\\n::error::"');
  });

  it('finds the line in CRLF text and after a byte order mark', () => {
    const text = withEnvironment('tags: [semver, x]').replaceAll('\n', '\r\n');
    expect(mistakesOf(`\uFEFF${text}`)[0]).toMatch(/^5:20: /);
  });

  it('points to the anchored value where an alias brings a wrong one', () => {
    const text =
      'version: 1\nprotect:\n  tags: &t [v1, 2]\nenvironments: { dev: { repository: ghcr.io/a/b, channels: *t } }\n';
    expect(mistakesOf(text)).toEqual([
      '3:17: environments.dev.channels[1] must be text, not a whole number; put it in quotes.',
      '3:17: protect.tags[1] must be text, not a whole number; put it in quotes.',
    ]);
  });
});
