/** How a program of the gate `command` came out. */
export type CommandOutcome =
  | {
      readonly kind: 'exited';
      readonly code: number;
      /** What it wrote, up to {@link MAX_COMMAND_OUTPUT_BYTES}. */
      readonly stdout: Uint8Array;
      /** Whether it wrote more than that. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'timed-out' }
  /** It could not be started, or was ended by a signal: why, as a sentence. */
  | { readonly kind: 'broken'; readonly problem: string };

/** What a gate has to say fits in some lines; a program that writes its log to stdout is cut here. */
export const MAX_COMMAND_OUTPUT_BYTES = 64 * 1024;

/** A program to run. */
export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  /** What it reads on stdin: {@link import('./document.ts').writeCommandDocument}. */
  readonly input: Uint8Array;
  /** Milliseconds; then it is ended. */
  readonly timeout: number;
  /** Bytes of stdout that are kept. */
  readonly maxOutput: number;
}
