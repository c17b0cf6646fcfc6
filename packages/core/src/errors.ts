/**
 * The one closed list of error codes of the suite (contract: "Every action").
 *
 * Each code says what kind of fact stopped the work, for people who search for it and for workflows that
 * branch on `error-code`. The page of codes in the docs is generated from this table.
 */
export const ERROR_CODES = {
  INPUT_INVALID: 'An input has a value that is not allowed.',
  POLICY_INVALID: 'The policy file cannot be read as a policy.',
  POLICY_WEAKENED: 'An input would weaken what the policy file demands.',
  TAG_EXISTS: 'A published tag points to another digest and may not move.',
  UNAUTHORIZED: 'The server does not know who is asking: credentials are missing or refused.',
  FORBIDDEN: 'The server knows who is asking and does not permit it.',
  NOT_FOUND: 'What was named does not exist, or may not be seen with these credentials.',
  DIGEST_MISMATCH: 'Bytes do not hash to the digest, or do not have the size, that they were asked for by.',
  LIMIT_EXCEEDED: 'Something from outside is larger, deeper or more than a limit allows.',
  RATE_LIMITED: 'The server asks to come back later, later than this run may wait.',
  UNREACHABLE: 'The server cannot be reached, or keeps failing.',
  PROTOCOL_INVALID: 'The server answered something its protocol does not allow.',
  CONTENT_INVALID: 'A manifest, layout or archive is not what its format demands.',
  UNSUPPORTED: 'The server or format cannot do what is asked.',
  PERMISSION_MISSING: 'The workflow lacks a permission.',
  NOT_VERIFIED: 'A signature or attestation that is required does not verify.',
  GATE_FAILED: 'A gate did not pass.',
  RAIL_EXCEEDED: 'The work would go past a safety rail.',
  PLAN_STALE: 'The world has changed since the plan was made.',
  CANCELLED: 'The run was cancelled.',
  INTERNAL: 'A defect of this suite.',
} as const;

/** A code of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** A place in a file that an error points to: a policy file, a workflow. Lines and columns count from 1. */
export interface FilePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What an error carries besides its code and message. */
export interface ErrorDetails {
  /** What the reader does about it, as an imperative sentence; for a missing permission the exact YAML lines. */
  readonly remedy?: string;
  readonly cause?: unknown;
  readonly position?: FilePosition;
}

/**
 * The error every package throws: a code to branch on, the fact with both values, and the remedy.
 *
 * The message is one sentence that stands alone and holds no secret.
 */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly position: FilePosition | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.position = details.position;
  }
}

/** Whether an error is a {@link SuiteError} of one of these codes (of any, when none is given). */
export function isSuiteError(error: unknown, ...codes: readonly ErrorCode[]): error is SuiteError {
  return error instanceof SuiteError && (codes.length === 0 || codes.includes(error.code));
}
