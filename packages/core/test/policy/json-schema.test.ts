import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { loadPolicy, renderPolicySchema } from '../../src/policy/index.ts';
import { EVERY_SETTING, ROAD_TO_PRODUCTION } from './examples.ts';

const schema: unknown = JSON.parse(renderPolicySchema());
const validate = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true }).compile(Object(schema));

/** Whether our own reader takes a policy. */
function isRead(text: string): boolean {
  try {
    loadPolicy(text, 'p.yml');
    return true;
  } catch {
    return false;
  }
}

describe('the JSON Schema of the policy', () => {
  it('is the file that is committed (npm run generate)', () => {
    const committed = new URL('../../schema/artifact-lifecycle.schema.json', import.meta.url);
    expect(readFileSync(committed, 'utf8')).toBe(renderPolicySchema());
  });

  it('is the same text each time', () => {
    expect(renderPolicySchema()).toBe(renderPolicySchema());
  });

  it.each([
    ['the road to production', ROAD_TO_PRODUCTION],
    ['every setting', EVERY_SETTING],
    ['the least', 'version: 1\n'],
    ['its own example', JSON.stringify(Object(schema).examples[0])],
  ])('takes what is read: %s', (_name, text) => {
    expect(validate(parse(text)) || validate.errors).toBe(true);
    expect(isRead(text)).toBe(true);
  });

  it.each([
    ['an unknown key', 'version: 1\nenviroments: {}\n'],
    ['another version', 'version: 2\n'],
    ['no version', 'protect: {}\n'],
    [
      'an unknown gate',
      'version: 1\nenvironments: { a: { repository: ghcr.io/a/b, gates: { chekcs: {} } } }\n',
    ],
    ['a repository without host', 'version: 1\nenvironments: { a: { repository: api } }\n'],
    ['an unknown strategy', 'version: 1\nenvironments: { a: { repository: ghcr.io/a/b, tags: x } }\n'],
    [
      'a strategy twice',
      'version: 1\nenvironments: { a: { repository: ghcr.io/a/b, tags: [semver, semver] } }\n',
    ],
    ['a name that is a number', 'version: 1\nenvironments: { 1: { repository: ghcr.io/a/b } }\n'],
    [
      'a duration in words',
      'version: 1\nretention: { classes: { a: { match: { untagged: true }, keep: long } } }\n',
    ],
    [
      'a level that does not exist',
      'version: 1\nenvironments: { a: { repository: ghcr.io/a/b, gates: { provenance: { min-slsa-level: 4 } } } }\n',
    ],
    ['an unknown kind of registry', 'version: 1\nregistries: { ghcr.io: { kind: x } }\n'],
    [
      'no reason',
      'version: 1\nenvironments: { a: { repository: ghcr.io/a/b, gates: { vulnerabilities: { ignore: [{ id: a, until: 2027-01-01 }] } } } }\n',
    ],
  ])('refuses what is refused: %s', (_name, text) => {
    expect(validate(parse(text))).toBe(false);
    expect(isRead(text)).toBe(false);
  });

  it('describes each setting', () => {
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties') {
          for (const [name, setting] of Object.entries(Object(value))) {
            if (typeof Object(setting).description !== 'string') undescribed.push(`${path}.${name}`);
            visit(setting, `${path}.${name}`);
          }
        } else if (key !== 'examples' && key !== 'default') visit(value, path);
      }
    };
    visit(schema, '');
    expect(undescribed).toEqual([]);
  });
});
