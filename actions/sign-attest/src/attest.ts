import type { Clock } from '@artifact-lifecycle/core';
import type { Registry } from '@artifact-lifecycle/registry';
import {
  type AttestationStore,
  type Attestor,
  type BundleOrigin,
  findEqualStatement,
  RegistryStore,
  type SignedStatement,
  type StoredEntry,
} from '@artifact-lifecycle/trust';
import type { Attestation } from './attestation.ts';
import type { PlannedStatement } from './statements.ts';
import type { Subject } from './subject.ts';

/** Statements that are signed and kept at a time: a log takes a second, and answers many at once. */
const AT_A_TIME = 16;

/** What statements are signed by, and where they are kept. */
export interface Attesting {
  readonly attestor: Attestor;
  /** What a verifier gives for an accepted bundle of ours: the certificate's identity, or the key's hint. */
  readonly identity: string;
  /** Verifies what is there, and says by whom it is; `undefined` where it does not verify. */
  readonly identityOf: (subject: Subject, entry: StoredEntry) => Promise<string | undefined>;
  readonly pushToRegistry: boolean;
  readonly files: AttestationStore;
  readonly github: AttestationStore | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onDone: (attestation: Attestation) => void;
}

/** What came of all statements: those that are kept, in the order of the plan, and why the others are not. */
export interface Attested {
  readonly attestations: readonly Attestation[];
  readonly failure: unknown;
}

/**
 * Signs every statement and keeps it, many at a time. What the registry has already, said and signed by the same identity, is
 * not signed again; whatever was signed has been verified before it is kept, and is read back where it is. After a
 * failure none is begun, and what is under way is finished: nothing is signed that nobody is told of.
 */
export async function attestAll(
  planned: readonly PlannedStatement[],
  attesting: Attesting,
): Promise<Attested> {
  const results: (Attestation | undefined)[] = [];
  const asked: Asked = { listings: new Map(), rights: new Map() };
  let failure: unknown;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < planned.length && failure === undefined; index = next++) {
      const one = planned[index];
      if (one === undefined) return;
      try {
        const done = await attestOne(one, attesting, asked);
        results[index] = done;
        attesting.onDone(done);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, planned.length) }, work));
  return { attestations: results.flatMap((one) => one ?? []), failure };
}

/** What registries have been asked, once for all statements. */
interface Asked {
  readonly listings: Map<string, Promise<readonly StoredEntry[]>>;
  readonly rights: Map<string, Promise<void>>;
}

async function attestOne(
  planned: PlannedStatement,
  attesting: Attesting,
  asked: Asked,
): Promise<Attestation> {
  const { subject, statement } = planned;
  const { signal, identity, identityOf, attestor, files, github } = attesting;
  const registry = openStore(subject.registry, attesting);
  const entries = registry === undefined ? [] : await listOnce(asked, registry, planned, signal);
  const equal = await findEqualStatement(entries, { statement, identity }, (bundle) =>
    identityOf(subject, bundle),
  );
  if (equal !== undefined) {
    const found: SignedStatement = { statement, bytes: equal.bytes, bundle: parseBundle(equal.bytes) };
    // Later steps read the files of this run, whoever signed what is in them.
    const file = await files.put(subject.digest, found, { signal });
    return { planned, outcome: 'found', signed: found, origins: [equal.origin, file] };
  }
  // A log forgets nothing, so nothing is logged that the registry would not take.
  if (registry !== undefined) await checkPushOnce(asked, planned, signal);
  const signed = await attestor.attest(statement, { signal });
  // The registry is last: what lies there is not signed again, so everybody else must have it by then.
  const origins: BundleOrigin[] = [];
  for (const store of [files, github, registry]) {
    if (store !== undefined) origins.push(await store.put(subject.digest, signed, { signal }));
  }
  return { planned, outcome: 'signed', signed, origins };
}

/** It has been verified, so that it is JSON. */
function parseBundle(bytes: Uint8Array): SignedStatement['bundle'] {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function openStore(
  registry: Registry | undefined,
  { pushToRegistry, clock }: Attesting,
): RegistryStore | undefined {
  return registry === undefined || !pushToRegistry ? undefined : new RegistryStore(registry, { clock });
}

/** One listing serves all statements about a subject. */
function listOnce(
  { listings }: Asked,
  store: AttestationStore,
  { subject }: PlannedStatement,
  signal: AbortSignal,
): Promise<readonly StoredEntry[]> {
  const key = `${subject.name}@${subject.digest}`;
  const listed = listings.get(key) ?? store.list(subject.digest, { signal });
  listings.set(key, listed);
  return listed;
}

/** One question serves all statements that go to a repository. */
function checkPushOnce(
  { rights }: Asked,
  { subject: { name, registry } }: PlannedStatement,
  signal: AbortSignal,
): Promise<void> {
  const asked = rights.get(name) ?? registry?.checkPush?.({ signal }) ?? Promise.resolve();
  rights.set(name, asked);
  return asked;
}
