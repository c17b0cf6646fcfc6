import { describe, expect, it } from '@jest/globals';
import { type Mistaken, mistakesOf } from './mistakes.ts';

const CASES: readonly Mistaken[] = [
  ['an empty file', '', ['1:1: the file is empty.']],
  ['a comment alone', '# later\n', ['1:1: the file is empty.']],
  ['a list', '- version: 1\n', ['1:1: the file must be a mapping, not a list.']],
  ['a text', 'version', ['1:1: the file must be a mapping, not text.']],
  ['no version', 'environments: {}\n', ['1:1: version is missing.']],
  ['another version', 'version: 2\n', ['1:10: version must be 1, not 2.']],
  ['a version in quotes', 'version: "1"\n', ['1:10: version must be 1, not text; take the quotes away.']],
  [
    'an unknown key',
    'version: 1\nenviroments: {}\n',
    ['2:1: the file has no setting "enviroments". Did you mean "environments"?'],
  ],
  [
    'several unknown keys',
    'version: 1\nretentions: {}\nrecord: {}\n',
    [
      '2:1: the file has no setting "retentions". Did you mean "retention"?',
      '3:1: the file has no setting "record". Did you mean "records"?',
    ],
  ],
  [
    'a key twice',
    'version: 1\nprotect: {}\nprotect: {}\n',
    ['3:1: the key "protect" stands twice in this mapping.'],
  ],
  [
    'a key twice in a flow mapping',
    'version: 1\nprotect: { tags: [], tags: [] }\n',
    ['2:22: the key "tags" stands twice in this mapping.'],
  ],
  [
    'a merge key',
    'version: 1\nx: &x { tags: [v1] }\nprotect: { <<: *x }\n',
    ['3:12: merge keys (<<) are not read; write the settings out.'],
  ],
  [
    'a tag',
    'version: 1\nprotect: !mine { tags: [] }\n',
    ['2:16: tags (!name) are not read; write the plain value.'],
  ],
  ['a known tag', 'version: !!int 1\n', ['1:16: tags (!name) are not read; write the plain value.']],
  [
    'an alias without its anchor',
    'version: 1\nprotect: { tags: *t }\n',
    ['2:18: the alias "*t" has no anchor before it.'],
  ],
  [
    'an alias inside its anchor',
    'version: 1\nprotect: &p { tags: [*p] }\n',
    ['2:22: the alias "*p" lies inside the value that it names.'],
  ],
  [
    'a second document',
    'version: 1\n---\nversion: 1\n',
    ['2:1: a second document starts here; a policy is one document.'],
  ],
  ['a directive', '%YAML 1.1\n---\nversion: 1\n', ['1:1: YAML directives are not read; remove the line.']],
  [
    'a tab as indentation',
    'version: 1\nprotect:\n\ttags: []\n',
    ['3:1: a tab indents this line; YAML is indented with spaces.'],
  ],
  [
    'a quote that nothing closes',
    'version: 1\nprotect: { tags: ["v1] }\n',
    [
      '2:19: the quote that opens here is not closed.',
      '3:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
  ],
  [
    'an unknown escape',
    'version: 1\nprotect: { tags: ["\\d"] }\n',
    ['2:20: a "\\" in double quotes starts no escape that YAML knows; use single quotes.'],
  ],
  [
    'a line without colon',
    'version: 1\nprotect\n',
    ['2:1: not valid YAML: Implicit map keys need to be followed by map values.'],
  ],
  ['a list as a key', 'version: 1\n? [a]\n: b\n', ['2:3: a key must be plain text.']],
  ['a prototype', 'version: 1\n__proto__: { tags: [] }\n', ['2:1: the key "__proto__" is not allowed.']],
  [
    'a prototype as an environment',
    'version: 1\nenvironments:\n  __proto__: { repository: ghcr.io/a/b }\n',
    ['3:3: the key "__proto__" is not allowed.'],
  ],
  [
    'environments as a list',
    'version: 1\nenvironments: [dev]\n',
    ['2:15: environments must be a mapping, not a list.'],
  ],
];

describe('a document that is wrong', () => {
  it.each(CASES)('is told of: %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
