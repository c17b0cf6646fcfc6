import { describe, expect, it } from '@jest/globals';
import { completeInputs, readCommandLine } from '../../src/action/command-line.ts';
import { renderHelp } from '../../src/action/help.ts';
import type { ActionMetadata, InputMetadata } from '../../src/action/metadata.ts';

function input(name: string, more: Partial<InputMetadata> = {}): InputMetadata {
  return {
    name,
    description: `What \`${name}\` is.`,
    required: false,
    default: undefined,
    isBoolean: false,
    ...more,
  };
}

const action: ActionMetadata = {
  name: 'demo',
  description: 'Shows how flags are read.',
  main: '/dist/demo/index.js',
  inputs: [
    input('source', { required: true }),
    input('tags'),
    input('referrers', { default: 'all' }),
    input('dry-run', { isBoolean: true, default: 'false' }),
    input('summary', { isBoolean: true, default: 'true' }),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the runner's expression.
    input('github-token', { default: '${{ github.token }}' }),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the runner's expression.
    input('actor', { default: '${{ github.actor }}' }),
  ],
};

describe('readCommandLine', () => {
  it.each([
    ['nothing', [], {}],
    ['a value behind a space', ['--source', 'a:1'], { source: 'a:1' }],
    ['a value behind an equals sign', ['--source=a=1'], { source: 'a=1' }],
    ['an empty value', ['--source='], { source: '' }],
    ['a value that looks like a flag, behind an equals sign', ['--source=--x'], { source: '--x' }],
    ['a list of flags', ['--tags', '1', '--source', 'a', '--tags', '2'], { tags: '1\n2', source: 'a' }],
    ['a boolean alone', ['--dry-run', '--source', 'a'], { 'dry-run': 'true', source: 'a' }],
    ['a boolean at the end', ['--dry-run'], { 'dry-run': 'true' }],
    [
      'a boolean with its value',
      ['--dry-run', 'False', '--summary=false'],
      { 'dry-run': 'False', summary: 'false' },
    ],
    ['a boolean turned off', ['--no-summary'], { summary: 'false' }],
    ['the last of several booleans', ['--dry-run', '--no-dry-run'], { 'dry-run': 'false' }],
  ])('reads %s', (_, args, expected) => {
    const line = readCommandLine(args, action);
    expect(line.kind).toBe('run');
    expect(Object.fromEntries(line.kind === 'run' ? line.inputs : [])).toEqual(expected);
  });

  it.each([
    ['an unknown flag near to a known one', ['--sorce', 'a'], '--sorce is no input. Did you mean --source?'],
    ['an underscore', ['--dry_run'], '--dry_run is no input. Did you mean --dry-run?'],
    ['an unknown flag', ['--xylophone', 'a'], '--xylophone is no input. --help lists all of them.'],
    ['a missing value', ['--source'], '--source needs a value.'],
    ['a flag in place of a value', ['--source', '--dry-run'], '--source needs a value.'],
    ['no flag', ['a:1'], '"a:1" belongs to no flag. Write --input a:1.'],
    ['what is no boolean to turn off', ['--no-source'], '--no-source is no input. Did you mean --source?'],
  ])('refuses %s', (_, args, message) => {
    expect(readCommandLine(args, action)).toEqual({ kind: 'wrong', message });
  });

  it.each([['--help'], ['-h']])('helps at %s, wherever it stands', (flag) => {
    expect(readCommandLine(['--source', 'a', flag], action)).toEqual({ kind: 'help' });
  });
});

describe('completeInputs', () => {
  it('fills in defaults as the runner does, and the token of the environment', () => {
    const given = new Map([['tags', '1\n2']]);
    expect(completeInputs(given, action, { GITHUB_TOKEN: 'ghp_x' })).toEqual({
      INPUT_TAGS: '1\n2',
      INPUT_REFERRERS: 'all',
      'INPUT_DRY-RUN': 'false',
      INPUT_SUMMARY: 'true',
      'INPUT_GITHUB-TOKEN': 'ghp_x',
    });
    expect(completeInputs(given, action, {})).not.toHaveProperty(['INPUT_GITHUB-TOKEN']);
  });
});

describe('help', () => {
  it('lists each input with its default, and fits the terminal', () => {
    const text = renderHelp(action, 72);
    expect(text).toContain('npm run action -- demo');
    expect(text).toContain('  --source <value>  (required)\n      What source is.\n');
    expect(text).toContain('  --dry-run  (default: false)\n');
    expect(text.split('\n').filter((line) => line.length > 72)).toEqual([]);
  });
});
