import { type Clock, isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  formatReference,
  parseDigest,
  type Registry,
  type RequestOptions,
  setTag,
} from '@artifact-lifecycle/registry';
import { type Attestor, makeStatement, PREDICATE_TYPE, RegistryStore } from '@artifact-lifecycle/trust';
import type { EvidenceFacts } from '../verdict/verdict.ts';
import { HEAD_TAG_PREFIX, headTag } from './head-tag.ts';
import { PROMOTION_RECORD_TYPE, type PromotionRecord } from './record.ts';

/** What is written of one promotion at one destination. */
export interface RecordToKeep {
  readonly digest: Digest;
  readonly record: PromotionRecord;
  /** Predicate of the verification summary; a rollback has none. */
  readonly summary: EvidenceFacts | undefined;
}

/** What writing takes. */
export interface RecordKeeper extends RequestOptions {
  readonly registry: Registry;
  readonly attestor: Attestor;
  readonly clock: Clock;
}

/** What was written. */
export interface KeptRecord {
  /** Digest of the manifest that carries the record. */
  readonly manifest: Digest;
  readonly summaryManifest: Digest | undefined;
}

/** Signs a record, and the summary beside it, and attaches both to the digest at the destination. */
export async function keepRecord(
  { digest, record, summary }: RecordToKeep,
  { registry, attestor, clock, signal }: RecordKeeper,
): Promise<KeptRecord> {
  const [algorithm = 'sha256', hex = ''] = digest.split(':');
  const subject = [{ name: record.destination.name, digest: { [algorithm]: hex } }];
  const store = new RegistryStore(registry, { clock });
  const attach = async (type: string, predicate: object): Promise<Digest> => {
    const statement = makeStatement(subject, type, { ...predicate });
    const origin = await store.put(digest, await attestor.attest(statement, { signal }), { signal });
    if (origin.kind === 'referrer') return parseDigest(origin.digest, 'record');
    throw new SuiteError('INTERNAL', `The record was kept as ${origin.kind}, not as a referrer.`);
  };
  const [manifest, summaryManifest] = await Promise.all([
    attach(PROMOTION_RECORD_TYPE, record),
    summary === undefined ? undefined : attach(PREDICATE_TYPE.vsa, summary),
  ]);
  return { manifest, summaryManifest };
}

/**
 * Points the environment's head tag to a record, from the one that it names as previous and from no other: what two
 * promotions do at the same time, the second finds out.
 *
 * @returns a warning where the registry moves no tags: the record is there, and found by listing tags only
 * @throws SuiteError `PLAN_STALE` where the head has moved meanwhile
 */
export async function moveHead(
  { manifest, record }: { readonly manifest: Digest; readonly record: PromotionRecord },
  { registry, clock, signal = new AbortController().signal }: Omit<RecordKeeper, 'attestor'>,
): Promise<string | undefined> {
  if (record.environment === null) return undefined;
  const tag = headTag(record.environment);
  const current = (await registry.resolve(tag, { signal }))?.digest;
  if (current === manifest) return undefined;
  const expected = record.previous === null ? undefined : parseDigest(record.previous, 'previous record');
  if (current !== expected) throw interleaved(registry, record.environment, expected, current);
  try {
    await setTag(
      {
        tag,
        manifest: await registry.fetchManifest(manifest, { signal }),
        planned: current === undefined ? { outcome: 'created' } : { outcome: 'moved', previous: current },
        isChannel: true,
      },
      { destination: registry, clock, signal, lookAgain: true },
    );
    return undefined;
  } catch (error) {
    if (!isSuiteError(error, 'TAG_EXISTS')) throw error;
    const name = formatReference({ location: registry.location, tag, digest: undefined });
    return `${name} cannot be moved: the registry moves no tags. The record ${manifest} is there, and is found by listing the repository's tags. Take ${HEAD_TAG_PREFIX}* out of what is immutable: until then no rollback holds anything out.`;
  }
}

/** Two promotions into one environment at the same time. */
export function interleaved(
  registry: Registry,
  environment: string,
  expected: string | undefined,
  current: string | undefined,
): SuiteError {
  const name = formatReference({ location: registry.location, tag: headTag(environment), digest: undefined });
  return new SuiteError(
    'PLAN_STALE',
    `Another promotion into ${environment} came in between: ${name} was ${expected ?? 'not there'}, and is ${current ?? 'not there'} now.`,
    { remedy: 'Let one promotion into an environment run at a time (concurrency), and run this one again.' },
  );
}
