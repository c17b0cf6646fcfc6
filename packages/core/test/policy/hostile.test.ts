import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { isSuiteError, SuiteError } from '../../src/errors.ts';
import { loadPolicy, MAX_POLICY_BYTES, parseRegistries } from '../../src/policy/index.ts';
import { EVERY_SETTING } from './examples.ts';

/** As long as a policy may be. */
const N = MAX_POLICY_BYTES;

/** What was thrown, or `undefined`. */
function refusal(text: string): unknown {
  try {
    loadPolicy(text, 'p.yml');
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Fills what a policy may be long with entries. */
function filled(head: string, entry: (index: number) => string, tail: string): string {
  let text = head;
  for (let index = 0; text.length + tail.length + entry(index).length <= N; index += 1) text += entry(index);
  return text + tail;
}

/** Each level ten times the one below. */
function bomb(levels: number): string {
  const names = Array.from({ length: levels }, (_, level) => `l${level}`);
  const lines = names.map((name, level) => {
    const below = level === 0 ? 'lol' : `*l${level - 1}`;
    return `${name}: &${name} [${Array.from({ length: 10 }, () => below).join(', ')}]`;
  });
  return ['version: 1', ...lines, ''].join('\n');
}

describe('a hostile policy', () => {
  it.each<[string, string, RegExp]>([
    ['lists in lists', '['.repeat(N), /nested more than 32 levels deep/],
    ['mappings in mappings', '{'.repeat(N), /nested more than 32 levels deep/],
    ['dashes', '- '.repeat(N / 2), /nested more than 32 levels deep/],
    ['question marks', '? '.repeat(N / 2), /nested more than 32 levels deep/],
    [
      'a staircase',
      Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /nested more than 32/,
    ],
    ['a bomb of aliases', bomb(9), /has [0-9]+ values with its aliases written out; at most 50000/],
    ['a bomb beyond counting', bomb(400), /has Infinity values with its aliases written out/],
    ['a list that holds itself', '&a [*a]', /lies inside the value that it names/],
    ['a mapping that is its own key', '&a { ? *a : 1 }', /a key must be plain text/],
    ['brackets', '[]{}'.repeat(N / 4), /p\.yml:1:3: /],
    ['commas', `[${','.repeat(N - 1)}`, /p\.yml:1:3: /],
    ['anchors', '&a '.repeat(N / 3), /at most one anchor/],
    ['escapes', `"${'\\q'.repeat(N / 2 - 1)}"`, /starts no escape/],
    ['empty documents', '---\n'.repeat(N / 4), /one document/],
    ['one key, over and over', 'a: 1\n'.repeat(40_000), /the key "a" stands twice/],
    ['a long key', `${'a'.repeat(N - 3)}: 1`, /1024 chars/],
    ['NUL characters', `version: 1\nprotect: { tags: ["${'\\0'.repeat(100)}"] }`, /protect\.tags/],
    ['many unknown keys', filled('version: 1\n', (i) => `versio${i}: 1\n`, ''), /has no setting "versio0"/],
    [
      'a chain of environments that bites its tail',
      filled(
        'version: 1\nenvironments:\n',
        (i) => `  e${i}: { repository: ghcr.io/a/b, promote-from: e${i === 0 ? 4000 : i - 1} }\n`,
        '',
      ),
      /leads back to where it starts: "e0" → "e1" → .* → …\./,
    ],
    [
      'many unknown environments',
      filled(
        'version: 1\nenvironments:\n',
        (i) => `  e${i}: { repository: ghcr.io/a/b, promote-from: x${i} }\n`,
        '',
      ),
      /names the environment "x0"/,
    ],
    ['many braces', `version: 1\nprotect: { tags: ["${'{'.repeat(500)}"] }`, /has braces more than 8 deep/],
    ['a long pattern', `version: 1\nprotect: { tags: ["${'*a'.repeat(300)}"] }`, /at most 512/],
    ['more than may be read', `#${'x'.repeat(N)}`, /is 262145 bytes long; at most 262144 are read/],
    ['many bytes in few characters', `# ${'€'.repeat(N / 2)}`, /bytes long; at most 262144/],
  ])('with %s is refused in bounded time', (_name, text, message) => {
    const before = process.cpuUsage();
    const error = refusal(text);
    const { user, system } = process.cpuUsage(before);
    expect(error).toBeInstanceOf(SuiteError);
    expect(error).toMatchObject({ code: 'POLICY_INVALID', message: expect.stringMatching(message) });
    // Quadratic work would take minutes; the worst of these takes some 3 s on a slow machine.
    expect((user + system) / 1_000_000).toBeLessThan(30);
  });

  it('has its whole text read where it is just as long as it may be', () => {
    const text = 'version: 1\n#';
    expect(loadPolicy(text + 'x'.repeat(N - text.length), 'p.yml')).toEqual({ version: 1 });
  });

  it('changes no prototype', () => {
    refusal('version: 1\n__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

/** Keys and values as policies have them, and some that nobody expects. */
const WORDS = [
  ...new Set(EVERY_SETTING.match(/[\w./@:*-]+/g) ?? []),
  '__proto__',
  '<<',
  '',
  ' ',
  '\u0000',
  '🦀',
  '-1',
];

const jsonLike = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom(...WORDS),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** Throws unless reading gives a policy or the one kind of error. */
function readOrRefuse(read: () => unknown, code: 'POLICY_INVALID' | 'INPUT_INVALID'): void {
  try {
    read();
  } catch (error) {
    if (!isSuiteError(error, code)) throw error;
    expect(error.message).toMatch(/:[1-9][0-9]*:[1-9][0-9]*: /);
  }
}

describe('whatever the text', () => {
  it('a policy comes out, or the one kind of error with a place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        readOrRefuse(() => loadPolicy(text, 'p.yml'), 'POLICY_INVALID'),
      ),
      { numRuns: 500 },
    );
  });

  it('holds, also for YAML of any shape', () => {
    fc.assert(
      fc.property(jsonLike, (value) => {
        const text = stringify(value, { aliasDuplicateObjects: true });
        readOrRefuse(() => loadPolicy(text, 'p.yml'), 'POLICY_INVALID');
        readOrRefuse(() => parseRegistries(text, 'registries'), 'INPUT_INVALID');
      }),
      { numRuns: 500 },
    );
  });

  it('holds, also for a policy in which a few characters are others', () => {
    const edits = fc.array(
      fc.tuple(
        fc.nat(EVERY_SETTING.length),
        fc.nat(10),
        fc.constantFrom('', ' ', '\t', '\n', '"', '{', ']', ':', '*a', '&a ', '!', '%', '0', 'x'),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(edits, (changes) => {
        const text = changes.reduce(
          (before, [at, length, insert]) => before.slice(0, at) + insert + before.slice(at + length),
          EVERY_SETTING,
        );
        readOrRefuse(() => loadPolicy(text, 'p.yml'), 'POLICY_INVALID');
      }),
      { numRuns: 500 },
    );
  });
});
