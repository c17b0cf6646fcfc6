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
  if (recorded.algorithms.some((algorithm) => !DIGESTS.includes(algorithm))) {
    throw new Refusal(`The log entry is over a digest of ${quote(recorded.algorithms.join(', '))}.`);
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

/** Names of digests in entries, by each version of the log. */
const DIGESTS = ['sha256', 'SHA2_256', 'sha384', 'SHA2_384', 'sha512', 'SHA2_512'];

/** A log's name is its address without the scheme, or its host; local logs may have it as the path's end. */
function originsOf(url: string): readonly string[] {
  const bare = url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  const segments = bare.split('/');
  return [bare, segments[0] ?? bare, (segments[0] ?? bare).replace(/:\d+$/, ''), segments.at(-1) ?? bare];
}

interface LogRecord {
  /** PEM or DER of a certificate or key. */
  readonly verifier: Buffer;
  readonly algorithms: readonly string[];
}

function readRecord({ kindVersion: { kind, version } }: TransparencyLogEntry, body: JsonObject): LogRecord {
  const at = (...path: readonly (string | number)[]): unknown => dig(body['spec'], path);
  switch (`${kind}/${version}`) {
    case 'hashedrekord/0.0.1':
      return {
        verifier: base64(at('signature', 'publicKey', 'content')),
        algorithms: [String(at('data', 'hash', 'algorithm'))],
      };
    case 'hashedrekord/0.0.2': {
      const verifier = ['hashedRekordV002', 'signature', 'verifier'] as const;
      return {
        verifier: base64(
          at(...verifier, 'x509Certificate', 'rawBytes') ?? at(...verifier, 'publicKey', 'rawBytes'),
        ),
        algorithms: [String(at('hashedRekordV002', 'data', 'algorithm'))],
      };
    }
    case 'dsse/0.0.1':
      return {
        verifier: base64(at('signatures', 0, 'verifier')),
        algorithms: [String(at('payloadHash', 'algorithm'))],
      };
    case 'intoto/0.0.2':
      return {
        verifier: base64(at('content', 'envelope', 'signatures', 0, 'publicKey')),
        algorithms: [String(at('content', 'payloadHash', 'algorithm'))],
      };
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
