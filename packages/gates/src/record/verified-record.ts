import {
  type Digest,
  isAboutContent,
  type Registry,
  type RequestOptions,
  type Tag,
} from '@artifact-lifecycle/registry';
import {
  type Evidence,
  RegistryStore,
  readReferringBundle,
  type StoredEntry,
} from '@artifact-lifecycle/trust';
import { PROMOTION_RECORD_TYPE, type PromotionRecord } from './record.ts';
import { readRecord } from './record-schema.ts';

/** A record whose signature counts. */
export interface VerifiedRecord {
  /** Digest of the manifest that carries it. */
  readonly manifest: Digest;
  /** What it is about. */
  readonly subject: Digest;
  readonly record: PromotionRecord;
  /** When it was signed, by a timestamp authority or log that is trusted; milliseconds. A key's word has no time. */
  readonly signedAt: number | undefined;
  /** Identity in the certificate; `undefined` with a key. */
  readonly signer: string | undefined;
}

/** What stands where a record was looked for. */
export type RecordReading =
  | ({ readonly kind: 'verified' } & VerifiedRecord)
  /** There is something, and it counts as none; `reason` says why, in one sentence. */
  | { readonly kind: 'refused'; readonly manifest: string; readonly reason: string };

/**
 * Says which of these entries verify for whoever signs records (policy: `records`), and which do not. Any entry that
 * says that it is a record is in the answer.
 */
export type RecordVerifier = (
  subject: Digest,
  entries: readonly StoredEntry[],
) => Promise<readonly Evidence[]>;

/** What reading records takes. */
export interface RecordReader extends RequestOptions {
  readonly registry: Registry;
  readonly verify: RecordVerifier;
}

/**
 * All records that a digest carries in a repository, those of other environments too: they travel with the image.
 * Sorted by time.
 */
export async function findRecords(
  subject: Digest,
  { registry, verify, signal }: RecordReader,
): Promise<readonly RecordReading[]> {
  const matters = (predicateType: string): boolean => predicateType === PROMOTION_RECORD_TYPE;
  const entries = await new RegistryStore(registry).list(subject, { signal, matters });
  const readings = (await verify(subject, entries)).flatMap((one) => readEvidence(subject, one) ?? []);
  return readings.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));
}

/** The record that a manifest carries, named by its digest or by a tag; `undefined` where nothing is there. */
export async function readRecordAt(
  reference: Tag | Digest,
  { registry, verify, signal }: RecordReader,
): Promise<RecordReading | undefined> {
  const described = await registry.resolve(reference, { signal });
  if (described === undefined) return undefined;
  const manifest = described.digest;
  try {
    const { subject, entry } = await readReferringBundle(registry, manifest, { signal });
    const [evidence] = await verify(subject, [entry]);
    const reading = evidence === undefined ? undefined : readEvidence(subject, evidence);
    return reading ?? { kind: 'refused', manifest, reason: 'It is no promotion record.' };
  } catch (error) {
    if (!isAboutContent(error)) throw error;
    return { kind: 'refused', manifest, reason: error.message };
  }
}

function readEvidence(subject: Digest, evidence: Evidence): RecordReading | undefined {
  const { origin, predicateType, statement, verdict, reason, certificate, signedAt } = evidence;
  if (origin.kind !== 'referrer') return undefined;
  if (predicateType !== undefined && predicateType !== PROMOTION_RECORD_TYPE) return undefined;
  const manifest = origin.digest;
  if (verdict === 'refused' || statement === undefined) return { kind: 'refused', manifest, reason };
  const record = readRecord(statement.predicate);
  if (record === undefined) {
    return { kind: 'refused', manifest, reason: 'Its predicate is not of the shape that records have.' };
  }
  // The manifest was asked for by this digest, so that the text is one.
  return {
    kind: 'verified',
    manifest: manifest as Digest,
    subject,
    record,
    signedAt,
    signer: certificate?.identity,
  };
}

function timeOf(reading: RecordReading): string {
  return reading.kind === 'verified' ? reading.record.time : '';
}
