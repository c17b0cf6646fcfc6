import { isSuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, SigstoreSetting } from '@artifact-lifecycle/core/action';
import type { Policy } from '@artifact-lifecycle/core/policy';
import { type RecordReader, readChain, readRecordAt, recordVerifier } from '@artifact-lifecycle/gates';
import {
  type Connections,
  formatLocation,
  openRegistry,
  parseRepository,
} from '@artifact-lifecycle/registry';
import type { NoRecordSource, RecordSource } from '@artifact-lifecycle/retention';
import {
  type IdentityPolicy,
  identityOf,
  issuerOf,
  type NamedTrustedRoot,
  readPublicKeyFile,
  readVerificationRoots,
} from '@artifact-lifecycle/trust';

/** What promotion records are verified with. */
export interface RecordTools {
  readonly policy: Pick<Policy, 'records'> | undefined;
  readonly sigstore: SigstoreSetting;
  readonly connections: Connections;
  /** `https://github.com`, or where GitHub Enterprise stands. */
  readonly serverUrl: string;
  readonly context: Pick<ActionContext, 'workspace' | 'signal' | 'clock'> & {
    readonly env: ActionContext['env'];
  };
}

/** Opens the records of one repository after the other. */
export type OpenRecords = (target: string) => Promise<RecordSource | NoRecordSource>;

/**
 * Says who verifies records: whom the policy names, by the roots that `sigstore` names, read once and only where there
 * is a record. What cannot be read makes all records unverifiable, and those keep.
 */
export function openRecords(tools: RecordTools): OpenRecords {
  let trust: Promise<Trust | NoRecordSource> | undefined;
  return async (target) => {
    trust ??= readTrust(tools);
    const read = await trust;
    if ('kind' in read) return read;
    const { signal, clock } = tools.context;
    const location = parseRepository(target, 'targets');
    const reader: RecordReader = {
      registry: openRegistry(location, tools.connections),
      verify: recordVerifier({
        identity: async () => read.identity,
        sourceRepository: tools.policy?.records?.sourceRepository,
        roots: async () => read.roots,
        clock,
      }),
      signal,
    };
    return {
      kind: 'verifying',
      place: formatLocation(location),
      readChain: (range) => readChain(range, reader),
      readRecord: (reference) => readRecordAt(reference, reader),
    };
  };
}

interface Trust {
  readonly identity: IdentityPolicy;
  readonly roots: readonly NamedTrustedRoot[];
}

async function readTrust({
  policy,
  sigstore,
  serverUrl,
  context,
}: RecordTools): Promise<Trust | NoRecordSource> {
  if (policy?.records === undefined) {
    const reason = 'The policy names nobody whose promotion records count. Add "records" to it.';
    return { kind: 'unverifiable', reason };
  }
  const { workspace, signal, env } = context;
  try {
    const identity = await identityOf(policy.records, {
      issuer: issuerOf(serverUrl),
      readKey: (path) => readPublicKeyFile(path, '"records"', workspace),
    });
    const roots = await readVerificationRoots(
      { sigstore, trustedRoot: undefined, isKeyAlone: identity.kind === 'key' },
      { directory: env['RUNNER_TEMP'], signal },
    );
    return { identity, roots };
  } catch (error) {
    if (!isSuiteError(error) || error.code === 'CANCELLED' || error.code === 'INTERNAL') throw error;
    return { kind: 'unverifiable', reason: error.message };
  }
}
