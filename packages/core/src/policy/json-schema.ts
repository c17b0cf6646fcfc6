import * as z from 'zod/mini';
import { policy } from './schema.ts';
import { documentation } from './settings.ts';

/** As wide as the formatter of the project lets a line be. */
const LINE_WIDTH = 110;

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
  return `${print(schema, '')}\n`;
}

function rank(keyword: string): number {
  const index = KEYWORD_ORDER.indexOf(keyword);
  return index === -1 ? KEYWORD_ORDER.length : index;
}

/** Prints JSON as the project's formatter does: lists of plain values on one line where they fit. */
function print(value: unknown, indent: string, before = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    const lines = Object.entries(value).map(([key, member]) => {
      const name = `${JSON.stringify(key)}: `;
      return `${inner}${name}${print(member, inner, inner.length + name.length)}`;
    });
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  const line = `[${value.map((item) => print(item, inner)).join(', ')}]`;
  // One more for the comma that may follow.
  if (!line.includes('\n') && before + line.length + 1 <= LINE_WIDTH) return line;
  return `[\n${value.map((item) => `${inner}${print(item, inner, inner.length)}`).join(',\n')}\n${indent}]`;
}
