import type { Digest } from '@artifact-lifecycle/registry';
import { compileTagPattern } from './classes/compiled-class.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What is never deleted, whatever a policy says. */
export interface RetentionProtection {
  /** The pattern that protects a tag, as it was written; `undefined` where none does. */
  protects(tag: string): string | undefined;
  /** Digests in use, each with who uses it: `the deployment 42 to production`. */
  readonly digests: ReadonlyMap<Digest, string>;
  /** Milliseconds; images without a tag that are younger are kept, since a push may be under way. */
  readonly minAgeUntagged: number;
  /** sha256 of the rules, in hex; digests in use are no rule but the world. */
  readonly fingerprint: string;
}

export interface ProtectionRules {
  readonly tags: readonly string[];
  readonly digests: ReadonlyMap<Digest, string>;
  readonly minAgeUntagged: number;
}

/** Compiles what protects. @throws SuiteError `INPUT_INVALID` for a pattern that is none */
export function protectionOf({ tags, digests, minAgeUntagged }: ProtectionRules): RetentionProtection {
  const patterns = tags.map(compileTagPattern);
  return {
    protects: (tag) => patterns.find(({ matches }) => matches(tag))?.text,
    digests,
    minAgeUntagged,
    fingerprint: fingerprintOf({ tags, minAgeUntagged }),
  };
}
