import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COMMON_INPUTS } from '../../src/action/common-inputs.ts';
import { splitEntries } from '../../src/action/input-value.ts';
import { readInputs } from '../../src/action/read-inputs.ts';
import { defineAction, type InputSpec } from '../../src/action/spec.ts';
import { SuiteError } from '../../src/errors.ts';

function parseEven(text: string, what: string): number {
  if (Number(text) % 2 === 0) return Number(text);
  throw new SuiteError('CONTENT_INVALID', `${what} is odd: ${text}.`, { remedy: 'Write an even number.' });
}

const action = defineAction({
  name: 'demo',
  title: 'Demo',
  description: 'Reads everything.',
  branding: { icon: 'box', color: 'blue' },
  inputs: {
    ...COMMON_INPUTS,
    source: { kind: 'string', description: 'Where from.' },
    even: { kind: 'string', description: 'Even.', parse: parseEven },
    tags: { kind: 'list', entries: 'tags', commas: true, description: 'Tags.' },
    targets: { kind: 'list', entries: 'repositories', description: 'Targets.' },
    evens: { kind: 'list', entries: 'even numbers', description: 'Evens.', parse: parseEven },
    mode: { kind: 'enum', allowed: ['plan', 'apply'], description: 'Mode.', default: 'plan' },
    referrers: {
      kind: 'enum-or-list',
      allowed: ['all', 'none'],
      entries: 'artifact types',
      commas: true,
      description: 'Types.',
      default: 'all',
    },
    count: { kind: 'integer', min: 0, max: 100, description: 'Count.', default: 50 },
    age: { kind: 'duration', description: 'Age.', default: '24h' },
    gates: { kind: 'yaml', description: 'Gates.', default: { derived: 'from the policy' } },
    password: { kind: 'secret', description: 'Password.' },
  },
  planned: ['override'],
  outputs: {},
});

interface Reading {
  readonly masks: string[];
  readonly warnings: string[];
  readonly log: { mask(text: string): void; warning(text: string): void };
}

function listen(): Reading {
  const masks: string[] = [];
  const warnings: string[] = [];
  return {
    masks,
    warnings,
    log: { mask: (text) => void masks.push(text), warning: (text) => void warnings.push(text) },
  };
}

function read(env: Readonly<Record<string, string>>) {
  return readInputs(action, env, listen().log);
}

function refusal(env: Readonly<Record<string, string>>): SuiteError {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SuiteError) return error;
    throw error;
  }
  throw new Error('the inputs were accepted');
}

describe('readInputs', () => {
  it('applies the defaults of the spec where no runner has filled them in', () => {
    expect(read({})).toEqual({
      githubToken: undefined,
      policy: '.github/artifact-lifecycle.yml',
      registries: undefined,
      dryRun: false,
      summary: true,
      sigstore: 'auto',
      source: undefined,
      even: undefined,
      tags: undefined,
      targets: undefined,
      evens: undefined,
      mode: 'plan',
      referrers: 'all',
      count: 50,
      age: 86_400_000,
      gates: undefined,
      password: undefined,
    });
  });

  it.each([
    ['text, trimmed', { INPUT_SOURCE: '  ghcr.io/a/b:1 \n' }, { source: 'ghcr.io/a/b:1' }],
    ['a blank text as unset', { INPUT_MODE: ' \n\t' }, { mode: 'plan' }],
    ['a parsed text', { INPUT_EVEN: '4' }, { even: 4 }],
    ['a boolean in capitals', { 'INPUT_DRY-RUN': 'TRUE' }, { dryRun: true }],
    ['a boolean', { INPUT_SUMMARY: 'False' }, { summary: false }],
    [
      'a list with comments, blanks and commas',
      { INPUT_TAGS: '# two\n1.0, 1.1\r\n\n  latest\n  #x' },
      { tags: ['1.0', '1.1', 'latest'] },
    ],
    ['a list whose entries may hold commas', { INPUT_TARGETS: 'a,b\nc' }, { targets: ['a,b', 'c'] }],
    ['a list of parsed entries', { INPUT_EVENS: '2\n4' }, { evens: [2, 4] }],
    ['a list of nothing but comments as unset', { INPUT_TAGS: '# none\n,' }, { tags: undefined }],
    ['a word or list of nothing but comments as unset', { INPUT_REFERRERS: '# a/b' }, { referrers: 'all' }],
    ['a word', { INPUT_MODE: 'apply' }, { mode: 'apply' }],
    ['a word in place of a list', { INPUT_REFERRERS: 'none' }, { referrers: 'none' }],
    ['a list in place of a word', { INPUT_REFERRERS: 'a/b, c/d' }, { referrers: ['a/b', 'c/d'] }],
    ['a number', { INPUT_COUNT: '0' }, { count: 0 }],
    ['a duration', { INPUT_AGE: '90d' }, { age: 90 * 86_400_000 }],
    ['another text than the words', { INPUT_SIGSTORE: './urls.yml' }, { sigstore: './urls.yml' }],
    [
      'YAML whose first line is indented',
      { INPUT_GATES: '\n  checks:\n    require: [test]\n  soak: 1h\n' },
      {
        gates: {
          text: '  checks:\n    require: [test]\n  soak: 1h',
          value: { checks: { require: ['test'] }, soak: '1h' },
        },
      },
    ],
  ])('reads %s', (_, env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });

  it.each([
    [
      'a boolean',
      { 'INPUT_DRY-RUN': 'yes' },
      'Input "dry-run" is "yes", which is no boolean.',
      'true, True, TRUE',
    ],
    ['a word', { INPUT_MODE: 'Plan' }, 'Input "mode" is "Plan", which is not allowed.', '"plan", "apply"'],
    [
      'a number',
      { INPUT_COUNT: '1e2' },
      'Input "count" is "1e2", which is not a whole number.',
      'decimal digits',
    ],
    ['a number too small', { INPUT_COUNT: '-1' }, 'Input "count" is -1, which is less than 0.', '0 or more'],
    [
      'a number too large',
      { INPUT_COUNT: '101' },
      'Input "count" is 101, which is more than 100.',
      '100 or less',
    ],
    [
      'a number past all numbers',
      { INPUT_COUNT: '9'.repeat(30) },
      'which is not a whole number',
      'decimal digits',
    ],
    ['a duration', { INPUT_AGE: '90 days' }, 'Input "age" is "90 days", which is no duration.', '24h'],
    ['what a parser refuses', { INPUT_EVEN: '3' }, 'Input "even" is odd: 3.', 'Write an even number.'],
    [
      'an entry a parser refuses',
      { INPUT_EVENS: '2\n3' },
      'Input "evens" is odd: 3.',
      'Write an even number.',
    ],
    [
      'a word among others',
      { INPUT_REFERRERS: 'a/b\nall' },
      'Input "referrers" has "all" among artifact types.',
      '"all", "none" alone',
    ],
    ['YAML', { INPUT_GATES: 'a: [1' }, 'Input "gates" is not YAML at line 1, column 6', 'as a block'],
    [
      'YAML with a key twice',
      { INPUT_GATES: 'a: 1\na: 2' },
      'Input "gates" is not YAML at line 2, column 1',
      'as a block',
    ],
    ['a long value, cut', { INPUT_MODE: 'x'.repeat(1000) }, `"${'x'.repeat(80)}…"`, '"plan"'],
  ])('refuses %s and says what is allowed', (_, env, message, remedy) => {
    const error = refusal(env);
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain(message);
    expect(error.remedy).toContain(remedy);
  });

  it('refuses YAML that grows by its aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    expect(refusal({ INPUT_GATES: lines.join('\n') }).message).toContain('aliases');
  });

  it('refuses a missing required input and describes it', () => {
    const strict = defineAction({
      ...action,
      inputs: { source: { kind: 'string', description: 'The image to copy.', required: true } },
    });
    expect(() => readInputs(strict, { INPUT_SOURCE: ' ' }, listen().log)).toThrow(
      'Input "source" is missing.',
    );
  });

  it('reports all that is wrong at once', () => {
    const error = refusal({ INPUT_MODE: 'x', 'INPUT_DRY-RUN': 'x', INPUT_TAG: '1' });
    expect(error.message).toMatch(/^3 inputs are wrong\. .*"dry-run".*"mode".*"tag"/);
    expect(error.remedy?.split('\n')).toHaveLength(3);
  });

  it('leaves a defect in a parser a defect', () => {
    const broken: InputSpec = {
      kind: 'string',
      description: 'Broken.',
      parse: () => {
        throw new TypeError('x is not a function');
      },
    };
    const spec = defineAction({ ...action, inputs: { broken } });
    expect(() => readInputs(spec, { INPUT_BROKEN: '1' }, listen().log)).toThrow(TypeError);
  });
});

describe('a misspelt input', () => {
  it.each([
    ['an underscore for a hyphen', { INPUT_DRY_RUN: 'true' }, 'dry_run', 'dry-run'],
    ['no separator', { INPUT_DRYRUN: 'true' }, 'dryrun', 'dry-run'],
    ['another case', { 'INPUT_dry-run': 'true' }, 'dry-run', 'dry-run'],
    ['a letter too much', { INPUT_DRRY_RUN: 'true' }, 'drry_run', 'dry-run'],
    [
      'where the runner has filled in the default',
      { INPUT_DRY_RUN: 'true', 'INPUT_DRY-RUN': 'false' },
      'dry_run',
      'dry-run',
    ],
    [
      'where the default is written otherwise',
      { INPUT_DRY_RUN: 'true', 'INPUT_DRY-RUN': ' FALSE ' },
      'dry_run',
      'dry-run',
    ],
    ['a plural', { INPUT_TAG: '1.0' }, 'tag', 'tags'],
    [
      'where only the runner knows the default',
      { INPUT_GITHUB_TOKEN: 't', 'INPUT_GITHUB-TOKEN': 'u' },
      'github_token',
      'github-token',
    ],
  ])('is an error: %s', (_, env, name, meant) => {
    const error = refusal(env);
    expect(error.message).toBe(`Input "${name}" is unknown.`);
    expect(error.remedy).toContain(`Did you mean "${meant}"?`);
  });

  it.each([
    ['that this version does not have', { INPUT_OVERRIDE: 'x' }, 'is not available in this version'],
    ['that is near to one it does not have', { INPUT_OVERIDE: 'x' }, 'Input "overide" is unknown.'],
  ])('is an error where it is one of the contract %s', (_, env, fact) => {
    expect(refusal(env).message).toContain(fact);
  });

  it('is nothing where one of the contract is empty', () => {
    expect(() => readInputs(action, { INPUT_OVERRIDE: '' }, listen().log)).not.toThrow();
  });

  it('is a warning where the known input is set to something of its own', () => {
    const { warnings, log } = listen();
    const inputs = readInputs(action, { INPUT_DRY_RUN: 'false', 'INPUT_DRY-RUN': 'true' }, log);
    expect(inputs.dryRun).toBe(true);
    expect(warnings).toEqual(['Input "dry_run" is unknown and ignored; "dry-run" is known and set.']);
  });

  it('is one warning for all that are near to nothing', () => {
    const { warnings, log } = listen();
    readInputs(action, { INPUT_ZZZZZZ: '1', INPUT_ABCDEFGHIJ: '2', INPUT_EMPTY_ONE: '' }, log);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/"abcdefghij", "zzzzzz"\. Known are: age, count/);
  });
});

describe('secrets', () => {
  it('are masked, also those inside YAML', () => {
    const { masks, log } = listen();
    readInputs(
      action,
      {
        'INPUT_GITHUB-TOKEN': 'ghs_abc',
        INPUT_PASSWORD: 'hunter2',
        INPUT_REGISTRIES: 'ghcr.io: {username: me, password: "p1"}\nr.example: {token: 123456}',
      },
      log,
    );
    expect(masks).toEqual(['ghs_abc', 'hunter2', 'p1', '123456']);
  });

  it('are masked even where another input is wrong', () => {
    const { masks, log } = listen();
    expect(() => readInputs(action, { INPUT_MODE: 'x', INPUT_PASSWORD: 'hunter2' }, log)).toThrow(SuiteError);
    expect(masks).toEqual(['hunter2']);
  });

  it.each([
    ['a broken line', 'ghcr.io:\n  password: "hunter2'],
    ['a stray scalar', 'ghcr.io:\n  password: "a" hunter2'],
    ['an alias', 'ghcr.io:\n  password: *hunter2'],
  ])('are not shown by an error about their YAML: %s', (_, text) => {
    const error = refusal({ INPUT_REGISTRIES: text });
    expect(error.message).toMatch(/Input "registries" is (?:not YAML at line 2|YAML whose aliases)/);
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });
});

describe('splitEntries', () => {
  it('gives entries that are trimmed, not empty and no comments, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '#', ',', '\n', '\r', '\t') }),
        fc.boolean(),
        (text, commas) => {
          for (const entry of splitEntries(text, commas)) {
            expect(entry).toBe(entry.trim());
            expect(entry).not.toBe('');
            expect(commas && entry.includes(',')).toBe(false);
          }
        },
      ),
    );
  });

  it('gives back the entries that were joined by lines', () => {
    const entry = fc.stringMatching(/^[a-z0-9./:@-]+$/);
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(splitEntries(entries.join('\n'), false)).toEqual(entries);
        expect(splitEntries(entries.join(' , '), true)).toEqual(entries);
      }),
    );
  });
});
