import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { quote, Refusal } from './refusal.ts';
import { parseStrictObject } from './strict-json.ts';
import type { TrustedLog } from './trust-anchors.ts';

/** Who signed, to be compared with what a log recorded. */
export interface RecordedSigner {
  /** DER; `undefined` for a key. */
  readonly certificate: Buffer | undefined;
  readonly publicKey: KeyObject;
}

/**
 * Checks what the library leaves open of an entry whose inclusion it has verified: that the log recorded this very
 * signer, that the digest is of the algorithm compared, that the proof is of the checkpoint that came with it, and
 * that the checkpoint names the log that is trusted.
 *
 * @throws Refusal
 */
export function checkLogEntry(entry: TransparencyLogEntry, log: TrustedLog, signer: RecordedSigner): void {
  const body = parseStrictObject(entry.canonicalizedBody, 'log entry');
  const recorded = readRecord(entry, body);
  if (
    !DIGESTS.some(({ names, length }) => names.includes(recorded.algorithm) && length === recorded.length)
  ) {
    throw new Refusal(`The log entry has no digest of the algorithm it names, ${quote(recorded.algorithm)}.`);
  }
  if (!isSigner(recorded.verifier, signer)) {
    throw new Refusal('The log entry records another certificate or key than the bundle has.');
  }
  const { inclusionProof: proof, inclusionPromise: promise } = entry;
  if (proof === undefined) return;
  const [origin = '', size, root] = (proof.checkpoint?.envelope ?? '').split('\n');
  if (size !== proof.treeSize || root !== proof.rootHash.toString('base64')) {
    throw new Refusal('The inclusion proof is of another tree than its checkpoint.');
  }
  if (!originsOf(log.url).some((name) => origin === name || origin.startsWith(`${name} - `))) {
    throw new Refusal(`The checkpoint is of ${quote(origin)}, not of the log ${log.url}.`);
  }
  // With a promise the log signed its global index, which is another than that in the tree of a shard.
  if (promise === undefined && entry.logIndex !== proof.logIndex) {
    throw new Refusal(`The log entry claims the index ${entry.logIndex}, its proof ${proof.logIndex}.`);
  }
}

/** Digests in entries, by the names that each version of the log has for them, and their bytes. */
const DIGESTS = [
  { names: ['sha256', 'SHA2_256'], length: 32 },
  { names: ['sha384', 'SHA2_384'], length: 48 },
  { names: ['sha512', 'SHA2_512'], length: 64 },
];

/** A log's name is its address without the scheme, or its host; local logs may have it as the path's end. */
function originsOf(url: string): readonly string[] {
  const bare = url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const segments = bare.split('/');
  return [bare, segments[0] ?? bare, (segments[0] ?? bare).replace(/:\d+$/, ''), segments.at(-1) ?? bare];
}

interface LogRecord {
  /** PEM or DER of a certificate or key. */
  readonly verifier: Buffer;
  /** Name of the digest's algorithm, and bytes of the digest. */
  readonly algorithm: string;
  readonly length: number;
}

function readRecord({ kindVersion: { kind, version } }: TransparencyLogEntry, body: JsonObject): LogRecord {
  const at = (...path: readonly (string | number)[]): unknown => dig(body['spec'], path);
  const hashed = (...path: readonly string[]): Omit<LogRecord, 'verifier'> => ({
    algorithm: String(at(...path, 'algorithm')),
    length: String(at(...path, 'value')).length / 2,
  });
  switch (`${kind}/${version}`) {
    case 'hashedrekord/0.0.1':
      return { verifier: base64(at('signature', 'publicKey', 'content')), ...hashed('data', 'hash') };
    case 'hashedrekord/0.0.2': {
      const record = 'hashedRekordV002';
      const verifier = [record, 'signature', 'verifier'] as const;
      return {
        verifier: base64(
          at(...verifier, 'x509Certificate', 'rawBytes') ?? at(...verifier, 'publicKey', 'rawBytes'),
        ),
        algorithm: String(at(record, 'data', 'algorithm')),
        length: Buffer.from(String(at(record, 'data', 'digest')), 'base64').length,
      };
    }
    case 'dsse/0.0.1':
      return { verifier: base64(at('signatures', 0, 'verifier')), ...hashed('payloadHash') };
    case 'intoto/0.0.2': {
      const verifier = base64(at('content', 'envelope', 'signatures', 0, 'publicKey'));
      return { verifier, ...hashed('content', 'payloadHash') };
    }
    default:
      throw new Refusal(
        `The log entry is of the kind ${quote(`${kind}/${version}`)}, which is not read here.`,
      );
  }
}

function dig(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined;
    else at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}

function base64(value: unknown): Buffer {
  if (typeof value !== 'string' || value === '')
    throw new Refusal('The log entry names no certificate or key.');
  return Buffer.from(value, 'base64');
}

function isSigner(recorded: Buffer, { certificate, publicKey }: RecordedSigner): boolean {
  const isPem = recorded.subarray(0, 5).toString('latin1') === '-----';
  try {
    const found = new X509Certificate(recorded);
    return certificate?.equals(found.raw) === true;
  } catch {
    // Not a certificate; then it is a key.
  }
  try {
    const found = createPublicKey(
      isPem ? recorded.toString('latin1') : { key: recorded, format: 'der', type: 'spki' },
    );
    return found.equals(publicKey);
  } catch {
    return false;
  }
}
