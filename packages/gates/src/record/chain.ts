import { type Digest, formatLocation, tryParseDigest } from '@artifact-lifecycle/registry';
import { headTag } from './head-tag.ts';
import { type RecordReader, readRecordAt, type VerifiedRecord } from './verified-record.ts';

/** Links that are followed: thirty promotions a day for a year. */
export const MAX_CHAIN_LENGTH = 10_000;

/** Why a chain goes no further back. */
export type ChainEnd =
  /** The first record of the environment. */
  | { readonly kind: 'start' }
  /** As far as was asked for. */
  | { readonly kind: 'enough' }
  /** A record was named, and is not there: removed with its image, or never written. */
  | { readonly kind: 'missing'; readonly manifest: Digest }
  /** Something is there that counts as no record. */
  | { readonly kind: 'refused'; readonly manifest: string; readonly reason: string }
  | { readonly kind: 'limit' };

/** An environment's records in one repository, the newest first. */
export interface RecordChain {
  readonly records: readonly VerifiedRecord[];
  readonly end: ChainEnd;
}

/** How far to read. */
export interface ChainRange {
  readonly environment: string;
  /** Says of a record whether what lies before it is of no interest; all is when absent. */
  readonly isEnough?: (record: VerifiedRecord) => boolean;
}

/**
 * Reads an environment's records from the newest back, each by the digest that the one after it names, so that nothing
 * in between can be left out or put in. What a head tag points to anyone who may push can say; every record is verified
 * for whoever signs records, and names its environment and repository itself.
 */
export async function readChain(
  { environment, isEnough = () => false }: ChainRange,
  reader: RecordReader,
): Promise<RecordChain> {
  const records: VerifiedRecord[] = [];
  const place = formatLocation(reader.registry.location);
  let next: Parameters<typeof readRecordAt>[0] = headTag(environment);
  while (records.length < MAX_CHAIN_LENGTH) {
    const reading = await readRecordAt(next, reader);
    if (reading === undefined) {
      const manifest = tryParseDigest(next);
      return { records, end: manifest === undefined ? { kind: 'start' } : { kind: 'missing', manifest } };
    }
    if (reading.kind === 'refused') return { records, end: reading };
    const strange = strangeness(reading, environment, place);
    if (strange !== undefined) {
      return { records, end: { kind: 'refused', manifest: reading.manifest, reason: strange } };
    }
    records.push(reading);
    const previous = reading.record.previous === null ? undefined : tryParseDigest(reading.record.previous);
    if (previous === undefined) return { records, end: { kind: 'start' } };
    if (isEnough(reading)) return { records, end: { kind: 'enough' } };
    next = previous;
  }
  return { records, end: { kind: 'limit' } };
}

/**
 * The newest record of an environment in a repository; `end` says what stands in its place where there is none.
 *
 * @throws SuiteError those of asking a registry; `NOT_FOUND` where one says so of a repository that does not exist yet
 */
export async function readHead(
  environment: string,
  reader: RecordReader,
): Promise<{ readonly head: VerifiedRecord | undefined; readonly end: ChainEnd }> {
  const { records, end } = await readChain({ environment, isEnough: () => true }, reader);
  return { head: records[0], end };
}

/** Why a record that verifies is none of this environment here, as a sentence. */
export function strangeness(
  { record }: Pick<VerifiedRecord, 'record'>,
  environment: string,
  place: string,
): string | undefined {
  if (record.environment !== environment) {
    return `It is of the environment ${JSON.stringify(record.environment)}, not of ${JSON.stringify(environment)}.`;
  }
  if (record.destination.name !== place) {
    return `It is of ${record.destination.name}, not of ${place}.`;
  }
  return undefined;
}
