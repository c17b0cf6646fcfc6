import { isSuiteError } from '@artifact-lifecycle/core';
import { bindStatement, readStatement } from '../statement/read-statement.ts';
import type { Statement } from '../statement/statement.ts';
import { MAX_BUNDLE_BYTES } from '../store/bundle-limits.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import { checkBundleShape } from './bundle-shape.ts';
import { bindSimpleSigning, readLegacyAttestation, readLegacySignature } from './legacy.ts';
import { loadBundles } from './library.ts';
import { quote, Refusal } from './refusal.ts';
import type { ArtifactDigest } from './signature-content.ts';
import { type SignedBundle, toSignedBundle } from './signed-bundle.ts';
import { parseStrictObject } from './strict-json.ts';

/** What a stored entry says, before anything of it is verified. */
export interface ReadEntry {
  readonly entry: StoredEntry;
  /** `undefined` where it could not be read that far. */
  readonly bundle?: SignedBundle | undefined;
  /** Of envelopes only. */
  readonly statement?: Statement | undefined;
  /** The type its statement claims, also where the statement is refused. */
  readonly predicateType?: string | undefined;
  /** Why it cannot count, whoever signed it. */
  readonly problem?: string | undefined;
}

/**
 * Reads an entry and holds what it states against the artifact. Never throws for what the entry holds: that is a
 * finding about it.
 */
export async function readEntry(entry: StoredEntry, artifact: ArtifactDigest): Promise<ReadEntry> {
  switch (entry.kind) {
    case 'broken':
      return { entry, problem: entry.problem };
    case 'unsigned': {
      const problem = 'It is a statement that nobody signed.';
      return { entry, predicateType: entry.predicateType, problem };
    }
    default:
  }
  let read: ReadEntry = { entry };
  try {
    const bundle = await toBundle(entry);
    read = { entry, bundle };
    if (bundle.payload.kind === 'envelope') {
      const statement = readStatement(bundle.payload.payloadType, bundle.payload.payload);
      read = { entry, bundle, statement, predicateType: statement.predicateType };
      bindStatement(statement, artifact);
    } else if (bundle.payload.kind === 'bytes') {
      bindSimpleSigning(bundle.payload.bytes, artifact);
    } else {
      bindMessage(bundle.payload, artifact);
    }
    return read;
  } catch (error) {
    return { ...read, problem: problemOf(error) };
  }
}

/** Why bytes from outside could not be taken, as a sentence. */
function problemOf(error: unknown): string {
  if (error instanceof Refusal || isSuiteError(error)) return error.message;
  // The library's reader fails in its own ways on what it does not expect; it is not accepted all the same.
  return `The bundle cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
}

async function toBundle(entry: Exclude<StoredEntry, { kind: 'broken' | 'unsigned' }>): Promise<SignedBundle> {
  switch (entry.kind) {
    case 'bundle':
      return readBundle(entry.bytes);
    case 'legacy-signature':
      expectSize(entry.payload);
      return readLegacySignature(entry);
    case 'legacy-attestation':
      expectSize(entry.envelope);
      return readLegacyAttestation(entry);
  }
}

async function readBundle(bytes: Uint8Array): Promise<SignedBundle> {
  expectSize(bytes);
  const parsed = parseStrictObject(bytes, 'bundle');
  checkBundleShape(parsed);
  const { bundleFromJSON } = await loadBundles();
  return toSignedBundle(bundleFromJSON(parsed));
}

function expectSize({ length }: Uint8Array): void {
  if (length > MAX_BUNDLE_BYTES)
    throw new Refusal(`The bundle has ${length} bytes; at most ${MAX_BUNDLE_BYTES} are read.`);
}

/** `SHA2_256` and `SHA2_512` of sigstore's protobuf-specs. */
const ALGORITHMS: Readonly<Record<number, string>> = { 1: 'sha256', 3: 'sha512' };

function bindMessage(
  { algorithm, digest }: { readonly algorithm: number; readonly digest: Buffer },
  artifact: ArtifactDigest,
): void {
  const name = ALGORITHMS[algorithm];
  if (name !== artifact.algorithm) {
    throw new Refusal(
      `The signature is over a ${quote(name ?? 'unknown')} digest, not over ${artifact.algorithm}.`,
    );
  }
  const hex = digest.toString('hex');
  if (hex === artifact.hex) return;
  throw new Refusal(`The signature is over ${name}:${hex}, not over this artifact.`);
}
