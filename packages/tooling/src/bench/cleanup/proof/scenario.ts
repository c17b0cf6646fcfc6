import type { RetentionEnvironments } from '@artifact-lifecycle/retention';
import type { ProofStage, StageOptions } from './stage.ts';

/** What has to become of what was pushed; all else has to stay. */
export interface Expectation {
  /** Digests. */
  readonly goes: readonly string[];
  /** Tags that are taken away from an image that stays. */
  readonly tagsGo?: readonly string[] | undefined;
  /** Whether the service has to refuse, or a run has to pass over, something of the plan. */
  readonly passesOver?: boolean | undefined;
}

/** How the plan is carried out. */
export type Course =
  /** Once, from its file. */
  | { readonly kind: 'once' }
  /** Again and again, an hour later each time, until nothing remains: at least so many times. */
  | { readonly kind: 'hourly'; readonly rounds: number }
  /** Two runs at the same time, each with a plan of its own. */
  | { readonly kind: 'parallel' }
  /** Killed after each request there is, once before it was carried out and once after; then run again. */
  | { readonly kind: 'killed' };

/** A situation in which others have broken what was to stay. */
export interface ProofScenario extends StageOptions {
  readonly name: string;
  readonly course: Course;
  /** What the policy says of environments, by the place of the repository; none when absent. */
  readonly environments?: ((repository: string) => RetentionEnvironments) | undefined;
  /** Whether nobody is named whose records count. */
  readonly hasNoSigner?: boolean | undefined;
  /** Pushes what there is. */
  seed(stage: ProofStage): Promise<Expectation>;
  /** What others do between the plan and its execution, or script for the time of it. */
  meanwhile?(stage: ProofStage): Promise<void>;
}

export const ONCE: Course = { kind: 'once' };
