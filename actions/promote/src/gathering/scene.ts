import type { GateName } from '@artifact-lifecycle/core/policy';
import type { GateResult, GateSettings, RecordedCanary, Verdict } from '@artifact-lifecycle/gates';
import type { Artifact } from '../artifact.ts';
import type { Desk } from '../desk.ts';
import type { Names } from '../naming.ts';
import type { RecordDesk } from '../records.ts';
import type { PromotionRequest } from '../request.ts';
import type { Proofs } from './proofs.ts';

/** What the evidence of one promotion is gathered from. */
export interface Scene {
  readonly desk: Desk;
  readonly request: PromotionRequest;
  readonly artifact: Artifact;
  readonly names: Names;
  readonly proofs: Proofs;
  readonly records: RecordDesk;
  /** When the gates are judged, milliseconds: the same for all of them. */
  readonly now: number;
  /** Hears what a canary came to, for the record. */
  readonly onCanary: (canary: RecordedCanary) => void;
}

/** Gates whose evidence is gathered at the same time. */
export type EarlyGate = Exclude<GateName, 'command'>;

/** Collects the evidence of a gate and has it judged. What it throws, is an `error` of this gate. */
export type Gatherer<Name extends GateName> = (
  settings: GateSettings<Name>,
  scene: Scene,
) => Promise<Verdict>;

/** Collects what the gate `command` reads: it comes last, and sees what the others say. */
export type LastGatherer = (
  settings: GateSettings<'command'>,
  scene: Scene,
  results: readonly GateResult[],
) => Promise<Verdict>;
