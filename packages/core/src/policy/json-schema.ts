import * as z from 'zod/mini';
import { formatJson } from './json-text.ts';
import { policy } from './schema.ts';
import { documentation } from './settings.ts';

/** A name, not an address: the schema is the same wherever a copy of it lies. */
export const POLICY_SCHEMA_ID = 'urn:artifact-lifecycle:policy:1';

/** A small policy to begin with. */
const EXAMPLE = {
  version: 1,
  environments: {
    dev: { repository: 'ghcr.io/acme/api-dev', tags: ['build-number'], retention: { keep: '14d' } },
    production: {
      repository: 'ghcr.io/acme/api',
      'promote-from': 'dev',
      tags: ['semver', 'combined'],
      gates: { checks: { require: ['test'] }, soak: '24h' },
      retention: { keep: 'forever' },
    },
  },
};

/** What people look for first stands first; keywords that are not listed follow. */
const KEYWORD_ORDER = [
  'description',
  'type',
  'const',
  'enum',
  'default',
  'examples',
  'pattern',
  'minimum',
  'maximum',
  'required',
  'properties',
  'propertyNames',
  'additionalProperties',
];

/**
 * Renders the JSON Schema of the policy file, for editors; the same text each time.
 *
 * Draft 7: YAML editors (VS Code's YAML extension and what is built on it, JetBrains') support it in full and
 * later drafts in part, and SchemaStore asks for it.
 */
export function renderPolicySchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(policy(), {
    target: 'draft-7',
    io: 'input',
    metadata: documentation,
    reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => {
      // zod drops the examples and defaults of what is transformed; ours are those of the text in the file.
      const entries = Object.entries({ ...jsonSchema, ...documentation.get(zodSchema) });
      for (const keyword of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, keyword);
      Object.assign(jsonSchema, Object.fromEntries(entries.toSorted(([a], [b]) => rank(a) - rank(b))));
    },
  });
  const schema = {
    $schema,
    $id: POLICY_SCHEMA_ID,
    title: 'artifact-lifecycle policy',
    description:
      'How artifacts get from the commit to production, and how long they stay (.github/artifact-lifecycle.yml).',
    examples: [EXAMPLE],
    ...rest,
  };
  return formatJson(schema);
}

function rank(keyword: string): number {
  const index = KEYWORD_ORDER.indexOf(keyword);
  return index === -1 ? KEYWORD_ORDER.length : index;
}
