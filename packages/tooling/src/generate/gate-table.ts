import { renderPolicySchema } from '@artifact-lifecycle/core/policy';
import { table } from './readme-tables.ts';

/** A schema, as far as the table looks at it. */
interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Set at every gate, so said once beside the table. */
const EVERYWHERE = ['warn-only'];

/** The table of gates with their settings, as the schema of the policy file describes them. */
export function renderGateTable(): string {
  const policy: Schema = JSON.parse(renderPolicySchema());
  const gates = policy.properties?.['environments']?.additionalProperties?.properties?.['gates']?.properties;
  if (gates === undefined) throw new Error('The schema of the policy file has no gates.');
  const rows = Object.entries(gates).map(([name, schema]) => [
    `\`${name}\``,
    schema.description ?? '',
    settingsOf(schema).map(describeSetting).join(' '),
  ]);
  return table(['gate', 'passes where', 'settings'], rows);
}

/** A gate that may be one value in place of a mapping has the mapping among its forms. */
function settingsOf(schema: Schema): readonly (readonly [string, Schema])[] {
  const properties = [schema, ...(schema.anyOf ?? [])].find((form) => form.properties)?.properties ?? {};
  return Object.entries(properties).filter(([name]) => !EVERYWHERE.includes(name));
}

function describeSetting([name, schema]: readonly [string, Schema]): string {
  const { description = '', default: given } = schema;
  const text = description.replace(/\.$/, '');
  return `**${name}**: ${text}${given === undefined ? '' : ` (default \`${JSON.stringify(given)}\`)`}.`;
}
