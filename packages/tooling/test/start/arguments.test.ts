import { describe, expect, it } from '@jest/globals';
import { parseStartArguments, type StartOptions } from '../../src/start/arguments.ts';

const CASES: readonly (readonly [name: string, args: readonly string[], options: StartOptions])[] = [
  ['nothing is the demonstration', [], { mode: 'demo' }],
  ['--help is help', ['--help', '--source', 'a'], { mode: 'help' }],
  [
    'source and destination are one’s own registries',
    ['--source', 'a.example/b:1', '--destination', 'c.example/d'],
    { mode: 'own', inputs: { source: 'a.example/b:1', destination: 'c.example/d', 'dry-run': 'false' } },
  ],
  [
    'all that can be said',
    ['--source=oci:out', '--destination=c/d', '--destination=e/f', '--tags=1,2', '--channels=2', '--dry-run'],
    {
      mode: 'own',
      inputs: { source: 'oci:out', destination: 'c/d\ne/f', tags: '1,2', channels: '2', 'dry-run': 'true' },
    },
  ],
];

describe('reads the command line of npm start', () => {
  it.each(CASES)('%s', (_name, args, options) => {
    expect(parseStartArguments(args)).toEqual(options);
  });

  it.each([
    ['a source alone', ['--source', 'a'], '--source needs --destination'],
    ['a destination alone', ['--destination', 'a'], '--destination needs --source'],
    ['tags alone', ['--tags', '1'], '--tags needs --source'],
    ['a dry run alone', ['--dry-run'], '--dry-run needs --source'],
    ['what nobody knows', ['--destinaton', 'a'], '--destinaton'],
  ])('refuses %s', (_name, args, message) => {
    expect(() => parseStartArguments(args)).toThrow(message);
  });
});
