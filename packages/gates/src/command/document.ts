import { formatJson } from '@artifact-lifecycle/core/policy';
import type { GateResult } from '../verdict/verdict.ts';

/** What a program of the gate `command` reads on stdin: one JSON document, described by `COMMAND_DOCUMENT_SCHEMA`. */
export interface CommandDocument {
  /** Of this shape; more fields may come without a new number. */
  readonly version: 1;
  readonly artifact: {
    /** `host/name`. */
    readonly name: string;
    readonly digest: string;
    readonly tag: string | null;
    /** `linux/arm64`, sorted. */
    readonly platforms: readonly string[];
  };
  readonly promotion: {
    /** `null` where repositories are named, not environments. */
    readonly environment: string | null;
    readonly from: string | null;
    readonly version: string | null;
    /** `host/name`, sorted. */
    readonly destinations: readonly string[];
  };
  /** RFC 3339, UTC: when the gates are judged. */
  readonly time: string;
  /** What all other gates say, in the order of the report. */
  readonly gates: readonly GateResult[];
}

/** Writes the document, with LF at its end. */
export function writeCommandDocument(document: CommandDocument): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

const TEXT = { type: 'string' } as const;
const TEXT_OR_NULL = { type: ['string', 'null'] } as const;
const TEXTS = { type: 'array', items: TEXT } as const;

/** JSON Schema (2020-12) of what is on stdin. */
export const COMMAND_DOCUMENT_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What a program of the gate `command` reads on stdin',
  type: 'object',
  required: ['version', 'artifact', 'promotion', 'time', 'gates'],
  properties: {
    version: { const: 1 },
    artifact: {
      type: 'object',
      required: ['name', 'digest', 'tag', 'platforms'],
      properties: { name: TEXT, digest: TEXT, tag: TEXT_OR_NULL, platforms: TEXTS },
    },
    promotion: {
      type: 'object',
      required: ['environment', 'from', 'version', 'destinations'],
      properties: {
        environment: TEXT_OR_NULL,
        from: TEXT_OR_NULL,
        version: TEXT_OR_NULL,
        destinations: TEXTS,
      },
    },
    time: { type: 'string', format: 'date-time' },
    gates: {
      type: 'array',
      items: {
        type: 'object',
        required: ['gate', 'verdict', 'reason', 'evidence', 'isWarning'],
        properties: {
          gate: TEXT,
          verdict: { enum: ['pass', 'fail', 'error', 'overridden'] },
          reason: TEXT,
          evidence: { type: 'object' },
          isWarning: { type: 'boolean' },
        },
      },
    },
  },
} as const;

/** A name, not an address. */
export const COMMAND_SCHEMA_ID = 'urn:artifact-lifecycle:gate-command:1';

/** Renders the JSON Schema of what a program reads on stdin; the same text each time. */
export function renderCommandSchema(): string {
  const { $schema, ...rest } = COMMAND_DOCUMENT_SCHEMA;
  return formatJson({ $schema, $id: COMMAND_SCHEMA_ID, ...rest });
}
