import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRetention } from '../../src/policy/read-retention.ts';

function read(text: string) {
  return readRetention(text, { kind: 'input', name: 'retention' });
}

function messageOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof SuiteError && error.code === 'INPUT_INVALID') return error.message;
    throw error;
  }
  return '';
}

const anyRule = {
  rulePriority: 1,
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
  action: { type: 'expire' },
};
const harborRule = {
  action: 'retain',
  template: 'latestPushedK',
  params: { latestPushedK: 10 },
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};

describe('the shape of a policy is told by what stands at its top', () => {
  it.each([
    { name: 'our YAML', text: 'classes:\n  dev: { match: { tags: "dev-*" }, keep: 14d }', shape: 'classes' },
    { name: 'a whole policy file', text: 'version: 1\nretention: { classes: {} }', shape: 'classes' },
    { name: "Amazon ECR's JSON", text: JSON.stringify({ rules: [anyRule] }), shape: 'ecr' },
    {
      name: 'the same indented with tabs',
      text: JSON.stringify({ rules: [anyRule] }, null, '\t'),
      shape: 'ecr',
    },
    {
      name: "gcloud's list",
      text: '[{"name":"d","action":{"type":"Delete"},"condition":{"tagState":"tagged","olderThan":"30d"}}]',
      shape: 'google',
    },
    {
      name: "the API's policies by name",
      text: '{"d":{"id":"d","action":"DELETE","condition":{"tagState":"UNTAGGED","olderThan":"2592000s"}}}',
      shape: 'google',
    },
    {
      name: "Harbor's policy",
      text: JSON.stringify({ algorithm: 'or', rules: [harborRule] }),
      shape: 'harbor',
    },
  ])('$name', ({ text, shape }) => {
    expect(read(text).shape).toBe(shape);
  });
});

describe('a mistake is told with its place', () => {
  const ecr = (change: object) => JSON.stringify({ rules: [{ ...anyRule, ...change }] });
  it.each([
    { name: 'of no shape', text: 'hello: 1', says: 'retention:1:1: this is no retention policy' },
    {
      name: 'a misspelt key of ECR',
      text: '{ "rules": [\n  { "rulePriority": 1, "selektion": {}, "action": { "type": "expire" } } ] }',
      says: 'retention:2:24: rules[0] has no setting "selektion". Did you mean "selection"?',
    },
    {
      name: 'expire by pulls',
      text: ecr({
        selection: { tagStatus: 'any', countType: 'sinceImagePulled', countUnit: 'days', countNumber: 9 },
      }),
      says: 'which goes with the action transition only',
    },
    {
      name: 'a transition without its class',
      text: ecr({ action: { type: 'transition' } }),
      says: 'rules[0].action.targetStorageClass must be archive, not left out',
    },
    {
      name: 'an expiry with a class',
      text: ecr({ action: { type: 'expire', targetStorageClass: 'archive' } }),
      says: 'goes with the action transition only',
    },
    {
      name: 'an archive too young',
      text: ecr({
        selection: {
          tagStatus: 'any',
          storageClass: 'archive',
          countType: 'sinceImageTransitioned',
          countUnit: 'days',
          countNumber: 89,
        },
      }),
      says: 'it is at least 90 days',
    },
    {
      name: 'archived images counted by push',
      text: ecr({ selection: { ...anyRule.selection, storageClass: 'archive' } }),
      says: 'needs the storageClass standard',
    },
    { name: 'no rules', text: '{"rules":[]}', says: 'rules must not be empty' },
    {
      name: 'too many rules',
      text: JSON.stringify({ rules: Array.from({ length: 51 }, () => anyRule) }),
      says: 'at most 50',
    },
    { name: 'a fraction', text: ecr({ rulePriority: 1.5 }), says: 'a positive whole number, not 1.5' },
    {
      name: 'too long a policy',
      text: ecr({ description: 'x'.repeat(31_000) }),
      says: 'Amazon ECR takes at most 30720',
    },
    {
      name: "Google's keepCount with Delete",
      text: '[{"name":"d","action":{"type":"Delete"},"mostRecentVersions":{"keepCount":1}}]',
      says: 'goes with the action Keep only',
    },
    {
      name: 'a duration that Google does not know',
      text: '[{"name":"d","action":{"type":"Delete"},"condition":{"olderThan":"a month"}}]',
      says: 'must be a duration such as 30d or 2592000s',
    },
    {
      name: 'a template that Harbor does not have',
      text: JSON.stringify({ rules: [{ ...harborRule, template: 'latestPushed' }] }),
      says: 'Did you mean "latestPushedK"?',
    },
    {
      name: 'Harbor rules that are all disabled, which would delete everything',
      text: JSON.stringify({ rules: [{ ...harborRule, disabled: true }] }),
      says: 'must hold a rule that is not disabled',
    },
    { name: 'a key twice', text: '{"rules":[],"rules":[]}', says: 'stands twice' },
    { name: 'a prototype', text: '{"__proto__":{"rules":[]}}', says: '"__proto__" is not allowed' },
  ])('$name', ({ text, says }) => {
    expect(messageOf(text)).toContain(says);
  });

  it('never ends otherwise than in a policy or in INPUT_INVALID', () => {
    const values = fc.jsonValue({ maxDepth: 5 });
    const near = fc.record(
      { rules: fc.array(fc.record({ rulePriority: values, selection: values, action: values })) },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        fc.oneof(values, near, fc.array(fc.record({ action: values, condition: values }))),
        (value) => {
          messageOf(JSON.stringify(value));
        },
      ),
    );
  });
});

const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
(data === undefined ? describe.skip : describe)('policies that AWS does not take', () => {
  interface InvalidPolicy {
    readonly name: string;
    readonly policy: unknown;
    readonly error: string;
  }
  const { invalidPolicies }: { readonly invalidPolicies: readonly InvalidPolicy[] } =
    data === undefined
      ? { invalidPolicies: [] }
      : JSON.parse(readFileSync(join(data, 'ecr-lifecycle-cases.json'), 'utf8'));

  it('are all here', () => {
    expect(invalidPolicies).toHaveLength(11);
  });

  it.each(invalidPolicies.map((policy) => ({ ...policy })))('$name', ({ policy, error }) => {
    expect(messageOf(JSON.stringify(policy))).toContain(error);
  });
});
