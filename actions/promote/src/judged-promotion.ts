import type { GateResult, PromotionRecord, RecordedCanary, VerifiedRecord } from '@artifact-lifecycle/gates';
import type { Artifact } from './artifact.ts';
import type { DestinationHead } from './heads.ts';
import type { Names } from './naming.ts';
import type { PromotionRequest } from './request.ts';

/** A promotion of which all is known that lets it in or keeps it out. Nothing has been written. */
export interface JudgedPromotion {
  readonly request: PromotionRequest;
  readonly artifact: Artifact;
  readonly names: Names;
  /** `undefined` where no environment is named. */
  readonly heads: readonly DestinationHead[] | undefined;
  readonly results: readonly GateResult[];
  /** Its records of environments where it has been; none where no gate has read them. */
  readonly journey: readonly VerifiedRecord[];
  readonly canary: RecordedCanary | undefined;
  readonly override: PromotionRecord['override'];
  /** When the gates were judged, milliseconds. */
  readonly now: number;
}
