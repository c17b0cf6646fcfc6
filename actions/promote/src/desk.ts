import { createHash, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { isSuiteError, readBoundedFile } from '@artifact-lifecycle/core';
import {
  type ActionContext,
  type Inputs,
  readPolicyInputs,
  readSigstore,
  type SigstoreSetting,
} from '@artifact-lifecycle/core/action';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { MAX_POLICY_BYTES, type Policy } from '@artifact-lifecycle/core/policy';
import { type GitHubEvent, readEvent } from '@artifact-lifecycle/github';
import { type Connections, connectRegistries } from '@artifact-lifecycle/registry';
import { type NamedTrustedRoot, readSigningKey, readVerificationRoots } from '@artifact-lifecycle/trust';
import type { promote } from './inputs.ts';
import { once } from './once.ts';
import { type GitHubQuestions, openQuestions } from './questions.ts';

/** What a run of `promote` stands on: opened once, used by all its promotions. */
export interface Desk {
  readonly inputs: Inputs<typeof promote>;
  readonly policy: Policy | undefined;
  readonly context: ActionContext<typeof promote>;
  readonly connections: Connections;
  readonly http: HttpClient;
  readonly event: GitHubEvent;
  readonly sigstore: SigstoreSetting;
  /** What is asked of GitHub about this run and its repository. */
  readonly github: GitHubQuestions;
  /** Whose signatures are believed; read when the first is looked at. */
  readonly roots: (isKeyAlone: boolean) => Promise<readonly NamedTrustedRoot[]>;
  /** The key that signs records; `undefined` where a certificate does. */
  readonly key: () => Promise<KeyObject | undefined>;
  /** SHA-256 of the policy file, in hexadecimal digits; `undefined` where there is none. */
  readonly policyDigest: () => Promise<string | undefined>;
  close(): void;
}

/** A Sigstore answers 20 seconds later at times, and never after a minute. */
const SERVICES = { timeouts: { commit: 60_000 } };

/**
 * Opens all that the modes share.
 *
 * @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID`
 */
export async function openDesk(
  inputs: Inputs<typeof promote>,
  context: ActionContext<typeof promote>,
): Promise<Desk> {
  const { env, workspace, signal, log } = context;
  const { policy, registries } = await readPolicyInputs(inputs, context);
  const sigstore = await readSigstore(inputs.sigstore, policy, context);
  // Whose signatures are believed is the policy's to say where it does; the input says who signs.
  const believed = policy?.sigstore === undefined ? sigstore : await readSigstore('auto', policy, context);
  const event = await readEvent(env);
  const { connections, http } = connectRegistries({
    action: 'promote',
    registries,
    githubToken: inputs.githubToken,
    context,
    limits: SERVICES,
  });
  const read = (isKeyAlone: boolean) => () =>
    readVerificationRoots(
      { sigstore: believed, trustedRoot: undefined, isKeyAlone },
      { directory: env['RUNNER_TEMP'], signal },
    );
  const [rootsOfKeys, rootsOfCertificates] = [once(read(true)), once(read(false))];
  return {
    ...{ inputs, policy, context, connections, http, event, sigstore },
    github: openQuestions(event, inputs, context),
    roots: (isKeyAlone) => (isKeyAlone ? rootsOfKeys() : rootsOfCertificates()),
    key: once(async () =>
      inputs.key === undefined
        ? undefined
        : readSigningKey(
            { key: inputs.key, password: inputs.keyPassword },
            { workspace, mask: (text) => log.mask(text) },
          ),
    ),
    policyDigest: once(() => readPolicyDigest(inputs.policy, workspace)),
    close: () => http.close(),
  };
}

async function readPolicyDigest(path: string, workspace: string): Promise<string | undefined> {
  try {
    const what = `The policy ${JSON.stringify(path)}`;
    const bytes = await readBoundedFile(resolve(workspace, path), MAX_POLICY_BYTES, what);
    return createHash('sha256').update(bytes).digest('hex');
  } catch (error) {
    if (isSuiteError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
