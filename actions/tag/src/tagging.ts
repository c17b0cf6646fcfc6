import type { Application } from './application.ts';

/** What a run has made, as it is told to people and programs. */
export interface Tagging {
  readonly isDryRun: boolean;
  /** What happened: `push`. */
  readonly event: string;
  readonly ref: string;
  readonly sha: string;
  readonly version: string;
  readonly normalized: string;
  readonly isPrerelease: boolean;
  /** Full names, or bare tags where no image is named. */
  readonly tags: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** With `source`: what became of the tags. */
  readonly application: Application | undefined;
}

/**
 * The output `applied`: by tag, what became of it, the digest it was to get, and the one it had where that is
 * another. A refused tag still points to `previous`.
 */
export function appliedOf({ manifest, fates }: Application): Readonly<Record<string, object>> {
  return Object.fromEntries(
    fates.map(({ tag, outcome, previous }) => [
      tag,
      { outcome, digest: manifest.digest, ...(previous !== undefined && { previous }) },
    ]),
  );
}
