import { formatJson } from '@artifact-lifecycle/core/policy';
import * as z from 'zod/mini';
import type { EvidenceFacts, Json } from '../verdict/verdict.ts';
import type { PromotionRecord } from './record.ts';

const DIGEST = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;
/** RFC 3339 in UTC, as we write it. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** A record has some kilobytes; lists and texts are bounded, so that a hostile one costs nobody anything. */
const MAX_TEXT = 4096;
const MAX_LIST = 1000;

const text = () => z.string().check(z.maxLength(MAX_TEXT));
const list = <T extends z.core.$ZodType>(of: T) => z.array(of).check(z.maxLength(MAX_LIST));
const digest = () => z.string().check(z.regex(DIGEST));
const score = () => z.number().check(z.gte(0), z.lte(100));

const json: z.ZodMiniType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);
const facts: z.ZodMiniType<EvidenceFacts> = z.record(z.string(), json);

const gate = z.object({
  gate: z.enum([
    'checks',
    'tests',
    'signature',
    'provenance',
    'sbom',
    'vulnerabilities',
    'attestation',
    'platforms',
    'canary',
    'approval',
    'soak',
    'window',
    'command',
    'promote-from',
    'hold',
  ]),
  verdict: z.enum(['pass', 'fail', 'error', 'overridden']),
  warnOnly: z.boolean(),
  reason: text(),
  evidence: facts,
  evidenceDigest: digest(),
});

const amount = () => z.union([z.number(), z.enum(['+Inf', '-Inf'])]);

const points = z.object({
  points: z.int(),
  missing: z.int(),
  quartiles: z.nullable(z.tuple([amount(), amount(), amount(), amount(), amount()])),
});

const metric = z.object({
  name: text(),
  group: text(),
  classification: z.enum(['pass', 'high', 'low', 'no-data']),
  isCritical: z.boolean(),
  reason: text(),
  difference: z.nullable(
    z.object({
      basis: z.enum(['shift', 'ranks']),
      estimate: amount(),
      lower: amount(),
      upper: amount(),
      confidence: z.number(),
    }),
  ),
  effect: z.nullable(z.object({ measure: z.enum(['mean-ratio', 'cles']), value: amount() })),
  baseline: points,
  canary: points,
});

const canary = z.object({
  judge: z.enum(['netflix', 'exact']),
  score: score(),
  classification: z.enum(['pass', 'marginal', 'fail']),
  pass: score(),
  marginal: score(),
  groups: list(z.object({ name: text(), score: score(), weight: score() })),
  metrics: list(metric),
});

/** The one source of a record's shape: what is read is held against it, and its JSON Schema is rendered from it. */
export const recordSchema = z.object({
  event: z.enum(['promotion', 'rollback']),
  environment: z.nullable(text()),
  from: z.nullable(text()),
  source: z.object({ name: text(), tag: z.nullable(text()), digest: digest() }),
  destination: z.object({
    name: text(),
    tags: list(z.object({ tag: text(), previous: z.nullable(digest()) })),
  }),
  destinations: list(text()),
  time: z.string().check(z.regex(TIME)),
  version: z.nullable(text()),
  gates: list(gate),
  approvals: list(z.object({ login: text(), id: z.int(), comment: text() })),
  canary: z.nullable(canary),
  override: z.nullable(z.object({ reason: text(), actor: text(), gates: list(text()) })),
  policy: z.nullable(z.object({ uri: text(), sha256: text() })),
  run: z.nullable(
    z.object({ url: text(), attempt: z.int(), actor: text(), workflow: text(), commit: text() }),
  ),
  previous: z.nullable(digest()),
  withdrawn: list(digest()),
  client: z.object({ name: text(), version: text() }),
});

/**
 * Reads a predicate as a record; keys that are not known are passed over, since a later version of this shape may add
 * some. `undefined` where it is none.
 */
export function readRecord(predicate: unknown): PromotionRecord | undefined {
  const result = z.safeParse(recordSchema, predicate, { jitless: true });
  return result.success ? result.data : undefined;
}

/** A name, not an address. */
export const RECORD_SCHEMA_ID = 'urn:artifact-lifecycle:promotion:1';

/** Renders the JSON Schema of the predicate (2020-12); the same text each time. */
export function renderRecordSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(recordSchema, { io: 'input' });
  const schema = {
    $schema,
    $id: RECORD_SCHEMA_ID,
    title: 'Promotion record',
    description:
      'Predicate of an in-toto statement: one artifact came into one environment, or back into it, through these gates.',
    ...rest,
  };
  return formatJson(schema);
}
