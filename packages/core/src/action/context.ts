import type { Clock } from '../clock.ts';
import type { Log } from './log.ts';
import type { ActionSpec, Inputs, Outputs } from './spec.ts';
import type { Summary } from './summary.ts';

/** Environment variables as they are handed in: the one place that reads the process's is `runAction`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an action's main function works with besides its inputs. */
export interface ActionContext<A extends ActionSpec = ActionSpec> {
  readonly log: Log;
  /** Aborts when the run is cancelled; its reason is a `SuiteError` `CANCELLED`. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly env: Environment;
  /** Where the repository is checked out: relative paths of inputs start here. */
  readonly workspace: string;
  /** Whether a person looks at the output as it is drawn. */
  readonly isTerminal: boolean;
  /** The job summary; it is written when main has ended, also when it failed. */
  readonly summary: Summary;
  /**
   * Asks for an OIDC token that names this run.
   *
   * @throws SuiteError `PERMISSION_MISSING` where the workflow does not grant `id-token: write`,
   * `UNREACHABLE` when no token came.
   */
  requestIdToken(audience: string): Promise<string>;
  /** Registers outputs before the end: they are written even if main fails later. */
  setOutputs(outputs: Outputs<A>): void;
  /** Adds facts of the summary that are no output of their own to the output `json`. */
  addToJson(facts: Readonly<Record<string, unknown>>): void;
}

/** The story of an action. What it returns is added to the outputs it has set. */
export type Main<A extends ActionSpec> = (
  inputs: Inputs<A>,
  context: ActionContext<A>,
) => Promise<Outputs<A>>;
