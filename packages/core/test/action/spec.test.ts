import { describe, expect, it } from '@jest/globals';
import { COMMON_INPUTS, COMMON_OUTPUTS } from '../../src/action/common-inputs.ts';
import {
  defineAction,
  type Inputs,
  literalDefault,
  type Outputs,
  propertyName,
  type YamlValue,
} from '../../src/action/spec.ts';

const action = defineAction({
  name: 'demo',
  title: 'Demo',
  description: 'Shows what a spec gives.',
  branding: { icon: 'box', color: 'blue' },
  inputs: {
    ...COMMON_INPUTS,
    source: { kind: 'string', description: 'Where from.', required: true, parse: (text) => ({ host: text }) },
    tags: { kind: 'list', entries: 'tags', description: 'Tags.', default: { derived: "the source's tag" } },
    sizes: {
      kind: 'list',
      entries: 'sizes',
      description: 'Sizes.',
      default: ['1'],
      parse: (text) => Number(text),
    },
    mode: { kind: 'enum', allowed: ['plan', 'apply'], description: 'Mode.', default: 'plan' },
    referrers: {
      kind: 'enum-or-list',
      allowed: ['all'],
      entries: 'types',
      description: 'Types.',
      default: 'all',
    },
    'max-deletes': { kind: 'integer', description: 'Limit.', default: 1000 },
    'keep-at-least': { kind: 'integer', description: 'Limit.' },
  },
  outputs: {
    promoted: { kind: 'boolean', description: 'Whether.' },
    'freed-bytes': { kind: 'integer', description: 'Bytes.' },
    references: { kind: 'lines', description: 'Where.' },
    plan: { kind: 'json', description: 'Plan.' },
    ...COMMON_OUTPUTS,
  },
});

/** Compiles only where both types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

describe('a spec', () => {
  it('gives the types of inputs: present with a default or required, else undefined too', () => {
    type Read = Inputs<typeof action>;
    const checks: readonly [
      Same<Read['githubToken'], string | undefined>,
      Same<Read['policy'], string>,
      Same<Read['registries'], YamlValue | undefined>,
      Same<Read['dryRun'], boolean>,
      Same<Read['source'], { host: string }>,
      Same<Read['tags'], readonly string[] | undefined>,
      Same<Read['sizes'], readonly number[]>,
      Same<Read['mode'], 'plan' | 'apply'>,
      Same<Read['referrers'], 'all' | readonly string[]>,
      Same<Read['maxDeletes'], number>,
      Same<Read['keepAtLeast'], number | undefined>,
    ] = [true, true, true, true, true, true, true, true, true, true, true];
    expect(checks).not.toContain(false);
  });

  it('gives the types of outputs, without those the suite writes itself', () => {
    type Written = Outputs<typeof action>;
    const checks: readonly [
      Same<keyof Written, 'promoted' | 'freedBytes' | 'references' | 'plan'>,
      Same<Written['promoted'], boolean | undefined>,
      Same<Written['freedBytes'], number | undefined>,
      Same<Written['references'], readonly string[] | undefined>,
    ] = [true, true, true, true];
    expect(checks).not.toContain(false);
  });
});

describe('propertyName', () => {
  it.each([
    ['dry-run', 'dryRun'],
    ['summary', 'summary'],
    ['rollback-to-v2-x', 'rollbackToV2X'],
    ['base-64', 'base64'],
  ])('knows %s as %s', (name, property) => {
    expect(propertyName(name)).toBe(property);
  });
});

describe('literalDefault', () => {
  it.each([
    ['a text', action.inputs.policy, '.github/artifact-lifecycle.yml'],
    ['a boolean', action.inputs['dry-run'], 'false'],
    ['a number', action.inputs['max-deletes'], '1000'],
    ['a list, one entry a line', { ...action.inputs.sizes, default: ['1', '2'] }, '1\n2'],
    ['an expression, which only the runner can compute', action.inputs['github-token'], undefined],
    ['a default found elsewhere', action.inputs.tags, undefined],
    ['no default', action.inputs.source, undefined],
  ] as const)('writes %s', (_, input, expected) => {
    expect(literalDefault(input)).toBe(expected);
  });
});
