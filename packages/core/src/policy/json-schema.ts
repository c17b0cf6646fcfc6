import * as z from 'zod/mini';
import { policy } from './schema.ts';
import { documentation } from './settings.ts';

/** A name, not an address: the schema is the same wherever a copy of it lies. */
export const POLICY_SCHEMA_ID = 'urn:artifact-lifecycle:policy:1';

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
  });
  const schema = {
    $schema,
    $id: POLICY_SCHEMA_ID,
    title: 'artifact-lifecycle policy',
    description:
      'How artifacts get from the commit to production, and how long they stay (.github/artifact-lifecycle.yml).',
    ...rest,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
