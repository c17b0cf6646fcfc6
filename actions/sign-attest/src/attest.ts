import type { Clock } from '@artifact-lifecycle/core';
import type { Registry } from '@artifact-lifecycle/registry';
import {
  type AttestationStore,
  type Attestor,
  type BundleOrigin,
  findEqualStatement,
  RegistryStore,
  type SignedStatement,
  type StoredBundle,
  type StoredEntry,
} from '@artifact-lifecycle/trust';
import type { Attestation } from './attestation.ts';
import type { PlannedStatement } from './statements.ts';

/** Statements that are signed and kept at a time: a log takes a second, and answers many at once. */
const AT_A_TIME = 16;

/** What statements are signed by, and where they are kept. */
export interface Attesting {
  readonly attestor: Attestor;
  /** What a verifier gives for an accepted bundle of ours: the certificate's identity, or the key's hint. */
  readonly identity: string;
  /** Verifies a bundle that is there, and says by whom it is; `undefined` where it does not verify. */
  readonly identityOf: (planned: PlannedStatement, bundle: StoredBundle) => Promise<string | undefined>;
  readonly pushToRegistry: boolean;
  /** Stores beside the registry: files, GitHub. */
  readonly stores: readonly AttestationStore[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onDone: (attestation: Attestation) => void;
}

/**
 * Signs every statement and keeps it, many at a time. What the registry has already, said and signed by the same
 * identity, is not signed again; whatever was signed has been verified before it is kept, and is read back where it is.
 */
export async function attestAll(
  planned: readonly PlannedStatement[],
  attesting: Attesting,
): Promise<readonly Attestation[]> {
  const results: Attestation[] = [];
  const listings = new Map<string, Promise<readonly StoredEntry[]>>();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < planned.length; index = next++) {
      const one = planned[index];
      if (one === undefined) return;
      results[index] = await attestOne(one, attesting, listings);
      const done = results[index];
      if (done !== undefined) attesting.onDone(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, planned.length) }, work));
  return results;
}

async function attestOne(
  planned: PlannedStatement,
  attesting: Attesting,
  listings: Map<string, Promise<readonly StoredEntry[]>>,
): Promise<Attestation> {
  const { subject, statement } = planned;
  const { signal, identity, identityOf, attestor, stores } = attesting;
  const store = openStore(subject.registry, attesting);
  if (store !== undefined) {
    const entries = await listOnce(listings, store, planned, signal);
    const equal = await findEqualStatement(entries, { statement, identity }, (bundle) =>
      identityOf(planned, bundle),
    );
    if (equal !== undefined) {
      return { planned, outcome: 'found', signed: undefined, bytes: equal.bytes, origins: [equal.origin] };
    }
  }
  const signed = await attestor.attest(statement, { signal });
  const origins: BundleOrigin[] = [];
  for (const one of store === undefined ? stores : [store, ...stores]) {
    origins.push(await one.put(subject.digest, signed, { signal }));
  }
  return { planned, outcome: 'signed', signed, bytes: signed.bytes, origins };
}

function openStore(
  registry: Registry | undefined,
  { pushToRegistry, clock }: Attesting,
): RegistryStore | undefined {
  return registry === undefined || !pushToRegistry ? undefined : new RegistryStore(registry, { clock });
}

/** One listing serves all statements about a subject. */
function listOnce(
  listings: Map<string, Promise<readonly StoredEntry[]>>,
  store: AttestationStore,
  { subject }: PlannedStatement,
  signal: AbortSignal,
): Promise<readonly StoredEntry[]> {
  const key = `${subject.name}@${subject.digest}`;
  const listed = listings.get(key) ?? store.list(subject.digest, { signal });
  listings.set(key, listed);
  return listed;
}

/** The bundles that were signed now. */
export function newlySigned(attestations: readonly Attestation[]): readonly SignedStatement[] {
  return attestations.flatMap(({ signed }) => signed ?? []);
}
