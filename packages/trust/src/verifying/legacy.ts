import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { LegacyAttestation, LegacyMaterial, LegacySignature } from '../store/stored-entry.ts';
import { quote, Refusal } from './refusal.ts';
import type { ArtifactDigest } from './signature-content.ts';
import type { SignedBundle, SignedPayload } from './signed-bundle.ts';
import { parseStrictObject } from './strict-json.ts';

/** What cosign writes into its payload (cosign, "SIGNATURE_SPEC"). */
const PAYLOAD_TYPE = 'cosign container image signature';

/** Certificates, promises and envelopes' signatures have some kB. */
const MAX_MATERIAL_LENGTH = 100_000;

/** Reads a layer of a `.sig` tag as what it signs and what came with it. */
export function readLegacySignature({ payload, material }: LegacySignature): SignedBundle {
  return toBundle(
    { kind: 'bytes', bytes: Buffer.from(payload) },
    base64(material.signature, 'signature'),
    material,
  );
}

/** Reads a layer of an `.att` tag: a DSSE envelope that holds its own signature. */
export function readLegacyAttestation({ envelope, material }: LegacyAttestation): SignedBundle {
  const read = parseStrictObject(envelope, 'envelope');
  const [payloadType, signatures] = [field(read, 'payloadType'), field(read, 'signatures')];
  const [signature, ...more]: readonly unknown[] = Array.isArray(signatures) ? signatures : [];
  if (typeof payloadType !== 'string' || !isJsonObject(signature) || more.length > 0) {
    throw new Refusal('The layer is no envelope with one signature.');
  }
  const payload = base64(field(read, 'payload'), 'payload');
  return toBundle(
    { kind: 'envelope', payloadType, payload },
    base64(field(signature, 'sig'), 'signature'),
    material,
  );
}

/**
 * Holds a simple signing payload against an artifact. The repository it names is not compared: cosign itself says
 * that it is to be ignored, and a copy of an image keeps its signatures.
 *
 * @throws Refusal
 */
export function bindSimpleSigning(payload: Uint8Array, { algorithm, hex }: ArtifactDigest): void {
  const critical = field(parseStrictObject(payload, 'payload'), 'critical');
  const image = isJsonObject(critical) ? field(critical, 'image') : undefined;
  const digest = isJsonObject(image) ? field(image, 'docker-manifest-digest') : undefined;
  const type = isJsonObject(critical) ? field(critical, 'type') : undefined;
  if (type !== PAYLOAD_TYPE) throw new Refusal('What is signed is no signature of an image.');
  if (digest === `${algorithm}:${hex}`) return;
  throw new Refusal(
    `What is signed is ${quote(typeof digest === 'string' ? digest : undefined)}, not this artifact.`,
  );
}

function toBundle(payload: SignedPayload, signature: Buffer, material: LegacyMaterial): SignedBundle {
  const { certificate, rekorBundle, timestamp } = material;
  return {
    payload,
    signature,
    certificate: certificate === undefined ? undefined : fromPem(certificate),
    logEntries: rekorBundle === undefined ? [] : [readPromise(rekorBundle)],
    timestamps: timestamp === undefined ? [] : [readTimestamp(timestamp)],
  };
}

function fromPem(pem: string): Buffer {
  const body = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,50000})-----END CERTIFICATE-----\s*$/.exec(
    pem,
  )?.[1];
  return base64(body?.replace(/\s/g, ''), 'certificate');
}

/** A log's promise that an entry will be in it (Rekor v1), with the entry's bytes. */
function readPromise(text: string): TransparencyLogEntry {
  const bundle = parseMaterial(text, 'log entry');
  const payload = field(bundle, 'Payload');
  if (!isJsonObject(payload)) throw new Refusal('The log entry has no payload.');
  const keyId = field(payload, 'logID');
  if (typeof keyId !== 'string' || !/^[0-9a-f]{64}$/.test(keyId))
    throw new Refusal('The log entry names no log.');
  const canonicalizedBody = base64(field(payload, 'body'), 'log entry');
  const body = parseStrictObject(canonicalizedBody, 'log entry');
  return {
    logIndex: count(field(payload, 'logIndex')),
    logId: { keyId: Buffer.from(keyId, 'hex') },
    kindVersion: { kind: String(field(body, 'kind')), version: String(field(body, 'apiVersion')) },
    integratedTime: count(field(payload, 'integratedTime')),
    inclusionPromise: { signedEntryTimestamp: base64(field(bundle, 'SignedEntryTimestamp'), 'promise') },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

function readTimestamp(text: string): Buffer {
  return base64(field(parseMaterial(text, 'timestamp'), 'SignedRFC3161Timestamp'), 'timestamp');
}

function parseMaterial(text: string, what: string): JsonObject {
  if (text.length > MAX_MATERIAL_LENGTH) throw new Refusal(`The ${what} is too long.`);
  return parseStrictObject(Buffer.from(text), what);
}

function count(value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new Refusal('The log entry has a number that is none.');
}

function base64(value: unknown, what: string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0);
  if (bytes.length === 0 || bytes.toString('base64') !== value)
    throw new Refusal(`The ${what} is not base64.`);
  return bytes;
}
