import { SuiteError } from '@artifact-lifecycle/core';
import type { SigstoreInstance } from './instance.ts';

/** Instances that the input `sigstore` knows by name. */
export type KnownInstance = 'public-good' | 'github';

/** What is known of the repository that signs. */
export interface RepositoryFacts {
  /** `public`, `private`, `internal`; `undefined` where nobody says. */
  readonly visibility: string | undefined;
  /** `https://github.com`. */
  readonly serverUrl: string;
}

/**
 * Decides whose Sigstore `sigstore: auto` means: the public good instance for a public repository of github.com, whose
 * log anybody can read; GitHub's own, which has no log, for a private or internal one, and wherever else GitHub runs it.
 *
 * @throws SuiteError `INPUT_INVALID` when it is not known whether the repository is public: nobody's repository is told
 * of in a public log unasked
 */
export function chooseInstance(
  choice: 'auto' | KnownInstance,
  { visibility, serverUrl }: RepositoryFacts,
): KnownInstance {
  const { hostname } = new URL(serverUrl);
  const isResident = hostname.endsWith('.ghe.com');
  if (hostname !== 'github.com' && !isResident) {
    throw new SuiteError(
      'INPUT_INVALID',
      `Neither the public good Sigstore nor GitHub's takes tokens of ${serverUrl}.`,
      {
        remedy: 'Run a Sigstore of your own and give its addresses, or sign with a key.',
      },
    );
  }
  if (choice !== 'auto') return choice;
  if (isResident || visibility === 'private' || visibility === 'internal') return 'github';
  if (visibility === 'public') return 'public-good';
  throw new SuiteError(
    'INPUT_INVALID',
    'It is not known whether the repository is public, so it is not known whether a public log may tell of it.',
    { remedy: 'Set sigstore to github or public-good.' },
  );
}

/** Logs that anybody can read. */
const PUBLIC_LOGS = /^(?:[a-z0-9-]+\.)*rekor\.(?:sigstore|sigstage)\.dev$/;

/** Whether anybody can read the log at an address. */
export function isPublicLog(url: string): boolean {
  return URL.canParse(url) && PUBLIC_LOGS.test(new URL(url).hostname);
}

/**
 * Says what signing would tell the public of a repository that is not public; `undefined` when there is nothing to say.
 * `wasAsked`: somebody wrote that instance or log down as an input.
 *
 * @throws SuiteError `INPUT_INVALID` when nobody asked for it
 */
export function discloseSigning(
  { name, isPublic, rekor }: SigstoreInstance,
  visibility: string | undefined,
  wasAsked: boolean,
): string | undefined {
  const isDisclosed =
    visibility !== 'public' && (isPublic || (rekor !== undefined && isPublicLog(rekor.url)));
  if (!isDisclosed) return undefined;
  const fact = `${name} has a log that anybody can read, and the repository is ${visibility ?? 'perhaps not public'}`;
  if (wasAsked) return `${fact}: names of repository, workflow, branch and commit are public from now on.`;
  throw new SuiteError('INPUT_INVALID', `${fact}.`, {
    remedy: 'Set sigstore to github, or to public-good if these names may be public.',
  });
}
