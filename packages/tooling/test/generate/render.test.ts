import {
  type ActionSpec,
  COMMON_INPUTS,
  COMMON_OUTPUTS,
  defineAction,
  type InputSpec,
} from '@artifact-lifecycle/core/action';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { renderActionMetadata } from '../../src/generate/action-metadata.ts';
import { renderActionTypes } from '../../src/generate/action-types.ts';
import { renderErrorCodes } from '../../src/generate/error-codes.ts';
import { describeDefault, describeInput } from '../../src/generate/input-text.ts';
import { renderReadme, replaceBetween } from '../../src/generate/readme-tables.ts';

const action: ActionSpec = defineAction({
  name: 'demo',
  title: 'Demo: "quoted"',
  description: 'Does a thing.',
  branding: { icon: 'box', color: 'blue' },
  inputs: {
    ...COMMON_INPUTS,
    source: { kind: 'string', description: 'a|b\nc', required: true },
    mode: { kind: 'enum', allowed: ['plan', 'apply'], description: 'What to do.', default: 'plan' },
    tags: { kind: 'list', entries: 'tags', description: 'Tags.', default: ['a', 'b'] },
    count: { kind: 'integer', description: 'How many.', default: 0 },
  },
  outputs: {
    done: { kind: 'boolean', description: 'Whether.', example: 'true' },
    references: { kind: 'lines', description: 'Where.' },
    ...COMMON_OUTPUTS,
  },
});

describe('action.yml', () => {
  const metadata = parse(renderActionMetadata(action));

  it('names the bundle and the runtime', () => {
    expect(metadata).toMatchObject({
      name: 'Demo: "quoted"',
      description: 'Does a thing.',
      branding: { icon: 'box', color: 'blue' },
      runs: { using: 'node24', main: '../../dist/demo/index.js' },
    });
  });

  it.each([
    ['source', { description: 'a|b\nc', required: true }],
    ['mode', { description: 'What to do. Allowed: `plan`, `apply`.', required: false, default: 'plan' }],
    ['tags', { description: 'Tags. One a line.', required: false, default: 'a\nb' }],
    ['count', { description: 'How many.', required: false, default: '0' }],
    ['dry-run', { description: expect.any(String), required: false, default: 'false' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the runner's expression.
    ['github-token', { description: expect.any(String), required: false, default: '${{ github.token }}' }],
  ])('declares %s, with its default as the text that the runner hands over', (name, expected) => {
    expect(metadata.inputs[name]).toEqual(expected);
  });

  it('declares each output', () => {
    expect(Object.keys(metadata.outputs)).toEqual(['done', 'references', 'json', 'json-file', 'error-code']);
  });

  it('has no expression but in defaults: the runner would evaluate it', () => {
    const texts = [...Object.values(action.inputs), ...Object.values(action.outputs)].map(
      ({ description }) => description,
    );
    expect(texts.filter((text) => text.includes('${{'))).toEqual([]);
  });
});

describe('action-types.yml', () => {
  const types = parse(renderActionTypes(action));

  it.each([
    ['inputs', 'dry-run', { type: 'boolean' }],
    ['inputs', 'mode', { type: 'enum', 'allowed-values': ['plan', 'apply'] }],
    ['inputs', 'tags', { type: 'list', separator: '\n', 'list-item': { type: 'string' } }],
    ['inputs', 'count', { type: 'integer' }],
    ['inputs', 'registries', { type: 'string' }],
    ['outputs', 'done', { type: 'boolean' }],
    ['outputs', 'references', { type: 'list', separator: '\n', 'list-item': { type: 'string' } }],
    ['outputs', 'json', { type: 'string' }],
  ])('types %s.%s', (side, name, expected) => {
    expect(types[side][name]).toEqual(expected);
  });

  it('types everything that action.yml declares', () => {
    expect(Object.keys(types.inputs)).toEqual(Object.keys(action.inputs));
    expect(Object.keys(types.outputs)).toEqual(Object.keys(action.outputs));
  });
});

describe('an input in the documentation', () => {
  it.each([
    ['required', { kind: 'string', description: 'x', required: true }, '**required**'],
    ['a literal', { kind: 'boolean', description: 'x', default: false }, '`false`'],
    ['a list', { kind: 'list', entries: 'x', description: 'x', default: ['a', 'b'] }, '`a`, `b`'],
    ['an expression', { kind: 'secret', description: 'x', default: { expression: 'E' } }, '`E`'],
    [
      'found elsewhere',
      { kind: 'path', description: 'x', default: { derived: 'from the policy' } },
      'from the policy',
    ],
    ['none', { kind: 'path', description: 'x' }, ''],
    ['empty', { kind: 'string', description: 'x', default: '' }, ''],
  ] satisfies [string, InputSpec, string][])('has its default: %s', (_, input, expected) => {
    expect(describeDefault(input)).toBe(expected);
  });

  it.each([
    [{ kind: 'enum', allowed: ['a'], description: 'It is `a`.' }, 'It is `a`.'],
    [{ kind: 'enum', allowed: ['a', 'b'], description: 'It is `a`.' }, 'It is `a`. Allowed: `a`, `b`.'],
    [
      { kind: 'list', entries: 'x', commas: true, description: 'X.' },
      'X. One a line, or separated by commas.',
    ],
    [{ kind: 'integer', min: 1, max: 3, description: 'X.' }, 'X. From 1 to 3.'],
    [{ kind: 'integer', min: 1, description: 'X.' }, 'X. At least 1.'],
    [{ kind: 'integer', max: 3, description: 'X.' }, 'X. At most 3.'],
    [{ kind: 'duration', description: 'X.' }, 'X. An age such as `24h`, `90d` or `2y`.'],
  ] satisfies [InputSpec, string][])('says what is allowed: %j', (input, expected) => {
    expect(describeInput(input)).toBe(expected);
  });
});

describe('a README', () => {
  const empty =
    'Before.\n<!-- start inputs -->\nstale text\n<!-- end inputs -->\nBetween.\n<!-- start outputs -->\n<!-- end outputs -->\nAfter.\n';

  it('gets its tables between the markers, and keeps the rest', () => {
    const readme = renderReadme(action, empty);
    expect(readme).toMatch(/\n\| `source` +\| \*\*required\*\* +\| a\\\|b c +\|\n/);
    expect(readme).toMatch(/\n\| `done` +\| Whether\. +\| `true` +\|\n/);
    expect(readme).not.toContain('stale text');
    expect(readme).toMatch(/^Before\.\n<!-- start inputs -->\n\n\|/);
    expect(readme).toMatch(/\|\n\n<!-- end outputs -->\nAfter\.\n$/);
  });

  it('stays as it is when it is generated again', () => {
    const once = renderReadme(action, empty);
    expect(renderReadme(action, once)).toBe(once);
  });

  it.each([
    ['no markers', 'text\n'],
    ['no end', '<!-- start x -->\n'],
    ['the end first', '<!-- end x -->\n<!-- start x -->\n'],
    ['a marker twice', '<!-- start x -->\n<!-- end x -->\n<!-- start x -->\n<!-- end x -->\n'],
    ['an end twice', '<!-- start x -->\n<!-- end x -->\n<!-- end x -->\n'],
  ])('is refused with %s', (_, text) => {
    expect(() => replaceBetween(text, 'x', 'new')).toThrow('The README needs one line "<!-- start x -->"');
  });
});

describe('the page of error codes', () => {
  it('has a heading for each code, in order', () => {
    const headings = [...renderErrorCodes().matchAll(/^## (.+)$/gm)].map(([, code]) => code);
    expect(headings).toContain('TAG_EXISTS');
    expect(headings).toEqual([...headings].sort());
  });
});
