import type { Digest, RequestOptions } from '@artifact-lifecycle/registry';
import type { SignedStatement } from '../signing/attestor.ts';
import type { BundleOrigin } from '../verifying/evidence.ts';
import type { StoredEntry } from './stored-entry.ts';

/** What is asked of a store. */
export interface ListOptions extends RequestOptions {
  /** Whether cosign's `.sig` and `.att` tags are read, too; false when absent. */
  readonly legacy?: boolean | undefined;
  /** Whether statements that nobody signed are named, too: buildkit's, beside an image; false when absent. */
  readonly unsigned?: boolean | undefined;
  /**
   * Which predicates matter. What is said elsewhere to be a bundle of another need not be fetched, and may be left out:
   * an SBOM has megabytes. All matter when absent.
   */
  readonly matters?: ((predicateType: string) => boolean) | undefined;
}

/** Where bundles about an artifact are found. */
export interface ListingStore {
  /**
   * Every entry about a digest, sorted. What cannot be asked (not known, not allowed, no answer) is an error, never
   * an empty answer; one entry that is broken is an entry that says so.
   */
  list(subject: Digest, options?: ListOptions): Promise<readonly StoredEntry[]>;
}

/** Where bundles about an artifact are kept, too: a registry, GitHub, a directory. */
export interface AttestationStore extends ListingStore {
  /**
   * Keeps a bundle. Registries and directories leave alone what is there already, and read back what they took; GitHub
   * answers with the number that it keeps it under, and keeps it once more when it is asked again.
   */
  put(subject: Digest, signed: SignedStatement, options?: RequestOptions): Promise<BundleOrigin>;
}
