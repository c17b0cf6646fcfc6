import type { ChainRange, RecordChain, RecordReading } from '@artifact-lifecycle/gates';
import type { Digest, Tag } from '@artifact-lifecycle/registry';

/** The promotion records of one repository, verified for whoever signs them; what reads them stands outside. */
export interface RecordSource {
  readonly kind: 'verifying';
  /** `host/name`, as records name it. */
  readonly place: string;
  readChain(range: ChainRange): Promise<RecordChain>;
  /** `undefined` where nothing is there. */
  readRecord(reference: Tag | Digest): Promise<RecordReading | undefined>;
}

/** Nobody can say here whether a record counts. */
export interface NoRecordSource {
  readonly kind: 'unverifiable';
  /** One sentence. */
  readonly reason: string;
}
