/**
 * The one closed list of error codes of the suite (contract: "Every action").
 *
 * Each code says what kind of fact stopped the work, for people who search for it and for workflows that
 * branch on `error-code`; its remedy stands in where an error has none of its own. The page of codes in the docs
 * is generated from this table.
 */
export const ERROR_CODES = {
  INPUT_INVALID: {
    meaning: 'An input has a value that is not allowed.',
    remedy: 'Correct the input; the README of the action says what it takes.',
  },
  POLICY_INVALID: {
    meaning: 'The policy file cannot be read as a policy.',
    remedy: 'Correct the policy file at the place named.',
  },
  POLICY_WEAKENED: {
    meaning: 'An input would weaken what the policy file demands.',
    remedy: 'Remove the input, or change the policy file where its owners agree.',
  },
  TAG_EXISTS: {
    meaning: 'A published tag points to another digest and may not move.',
    remedy: 'Publish under a new version, or list the tag as a channel if it is meant to move.',
  },
  UNAUTHORIZED: {
    meaning: 'The server does not know who is asking: credentials are missing or refused.',
    remedy: 'Log in to the server first, or give credentials for it.',
  },
  FORBIDDEN: {
    meaning: 'The server knows who is asking and does not permit it.',
    remedy: 'Give these credentials the right that is missing, or use others.',
  },
  NOT_FOUND: {
    meaning: 'What was named does not exist, or may not be seen with these credentials.',
    remedy: 'Check the name, and whether these credentials may see it.',
  },
  DIGEST_MISMATCH: {
    meaning: 'Bytes do not hash to the digest, or do not have the size, that they were asked for by.',
    remedy: 'Find out where the bytes were changed: the source, a proxy or a cache. Do not use them.',
  },
  LIMIT_EXCEEDED: {
    meaning: 'Something from outside is larger, deeper or more than a limit allows.',
    remedy: 'Make it smaller; the limit protects the run and is not a setting.',
  },
  RATE_LIMITED: {
    meaning: 'The server asks to come back later, later than this run may wait.',
    remedy: 'Run it again later.',
  },
  UNREACHABLE: {
    meaning: 'The server cannot be reached, or keeps failing.',
    remedy: 'Check the name, the network and the proxy settings, and run it again.',
  },
  PROTOCOL_INVALID: {
    meaning: 'The server answered something its protocol does not allow.',
    remedy: 'See what answers there: a proxy or a login page may stand in the place of the server.',
  },
  CONTENT_INVALID: {
    meaning: 'A manifest, layout or archive is not what its format demands.',
    remedy: 'Make it anew with a current tool.',
  },
  UNSUPPORTED: {
    meaning: 'The server or format cannot do what is asked.',
    remedy: 'Do it another way; the message says what is not possible.',
  },
  PERMISSION_MISSING: {
    meaning: 'The workflow lacks a permission.',
    remedy: 'Add the permission to the job.',
  },
  NOT_VERIFIED: {
    meaning: 'A signature or attestation that is required does not verify.',
    remedy: 'Sign or attest it as the policy demands, or do not use it.',
  },
  GATE_FAILED: {
    meaning: 'A gate did not pass.',
    remedy: 'Mend what the gate found, and run it again.',
  },
  RAIL_EXCEEDED: {
    meaning: 'The work would go past a safety rail.',
    remedy: 'Look at the plan; if it is right, raise the limit for this run.',
  },
  PLAN_STALE: {
    meaning: 'The world has changed since the plan was made.',
    remedy: 'Make a new plan, and run that.',
  },
  CANCELLED: {
    meaning: 'The run was cancelled.',
    remedy: 'Run it again: what is done is not done twice.',
  },
  INTERNAL: {
    meaning: 'A defect of this suite.',
    remedy: 'Run it again with debug logging, and report its log.',
  },
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
  /**
   * What the reader does about it, as an imperative sentence; for a missing permission the exact YAML lines.
   * That of the code where there is none.
   */
  readonly remedy?: string | undefined;
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
  readonly remedy: string;
  readonly position: FilePosition | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy ?? ERROR_CODES[code].remedy;
    this.position = details.position;
  }
}

/** Whether an error is a {@link SuiteError} of one of these codes (of any, when none is given). */
export function isSuiteError(error: unknown, ...codes: readonly ErrorCode[]): error is SuiteError {
  return error instanceof SuiteError && (codes.length === 0 || codes.includes(error.code));
}
