import { isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { Refusal } from './refusal.ts';

/** sigstore-go takes at most as many; each costs two signatures to verify. */
const MAX_LOG_ENTRIES = 32;
const MAX_TIMESTAMPS = 32;
/** Only the leaf is used, chains of older bundles are three long. */
const MAX_CHAIN = 10;
/** A proof has a hash for each doubling of the log; no log has 2^64 entries. */
const MAX_PROOF_HASHES = 64;
/** Checkpoints have some 200 bytes, and as many more for each witness. */
const MAX_CHECKPOINT_LENGTH = 65_536;
/** A base64 text that is not the payload; certificates and log entries have a few kB. */
const MAX_BYTES_LENGTH = 1_000_000;

/** The one spelling of each version (sigstore, "Bundle"); what merely begins like one is none. */
export const BUNDLE_MEDIA_TYPES: readonly string[] = [
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json',
];

type Check = (value: unknown, path: string) => void;

/** Checks one kind of value; each field is demanded unless it is optional, and no other may be there. */
interface Field {
  readonly check: Check;
  readonly optional?: true;
}

const text: Check = (value, path) => {
  if (typeof value !== 'string') fail(path, 'is not text');
};

const shortText: Check = (value, path) => {
  text(value, path);
  if (String(value).length > MAX_CHECKPOINT_LENGTH) fail(path, 'is too long');
};

/** Standard base64 with its padding, and line breaks where a shell made it; nothing else decodes alike everywhere. */
const payload: Check = (value, path) => {
  if (typeof value !== 'string' || value === '') return fail(path, 'is empty');
  const written = value.includes('\n') ? value.replace(/[\r\n]/g, '') : value;
  if (Buffer.from(written, 'base64').toString('base64') !== written) fail(path, 'is not base64');
};

const bytes: Check = (value, path) => {
  if (typeof value === 'string' && value.length > MAX_BYTES_LENGTH) fail(path, 'is too long');
  payload(value, path);
};

/** An int64 as protobuf writes it in JSON, and never negative. */
const count: Check = (value, path) => {
  const written = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof written !== 'string' || !/^(?:0|[1-9]\d{0,18})$/.test(written) || BigInt(written) >= 2n ** 63n) {
    fail(path, 'is not a whole number from 0');
  }
};

function object(fields: Readonly<Record<string, Field>>): Check {
  return (value, path) => {
    if (!isJsonObject(value)) return fail(path, 'is not an object');
    for (const key of Object.keys(value)) {
      // sigstore-go refuses these, too; and `dsse_envelope` is another spelling of a field for some readers.
      if (!Object.hasOwn(fields, key))
        fail(path, `has the field ${JSON.stringify(key.slice(0, 80))}, which bundles do not have`);
    }
    for (const [key, { check, optional }] of Object.entries(fields)) {
      const member = Object.hasOwn(value, key) ? value[key] : undefined;
      // protobuf's JSON takes null for absent.
      if (member !== undefined && member !== null) check(member, `${path}.${key}`);
      else if (optional !== true) fail(path, `has no ${key}`);
    }
  };
}

function list(check: Check, max: number, min = 0): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return fail(path, 'is not a list');
    if (value.length > max) fail(path, `has ${value.length} entries; at most ${max} are taken`);
    if (value.length < min) fail(path, 'has no entries');
    for (const [index, entry] of value.entries()) check(entry, `${path}[${index}]`);
  };
}

const need = (check: Check): Field => ({ check });
const may = (check: Check): Field => ({ check, optional: true });

const certificate = object({ rawBytes: need(bytes) });

const logEntry = object({
  logIndex: may(count),
  logId: need(object({ keyId: need(bytes) })),
  kindVersion: need(object({ kind: need(shortText), version: need(shortText) })),
  integratedTime: may(count),
  inclusionPromise: may(object({ signedEntryTimestamp: need(bytes) })),
  inclusionProof: may(
    object({
      logIndex: may(count),
      rootHash: need(bytes),
      treeSize: need(count),
      hashes: may(list(bytes, MAX_PROOF_HASHES)),
      checkpoint: need(object({ envelope: need(shortText) })),
    }),
  ),
  canonicalizedBody: need(payload),
});

const material = object({
  publicKey: may(object({ hint: may(shortText) })),
  x509CertificateChain: may(object({ certificates: need(list(certificate, MAX_CHAIN, 1)) })),
  certificate: may(certificate),
  tlogEntries: may(list(logEntry, MAX_LOG_ENTRIES)),
  timestampVerificationData: may(
    object({ rfc3161Timestamps: may(list(object({ signedTimestamp: need(bytes) }), MAX_TIMESTAMPS)) }),
  ),
});

const bundle = object({
  mediaType: need(text),
  verificationMaterial: need(material),
  messageSignature: may(
    object({
      messageDigest: need(object({ algorithm: need(text), digest: need(bytes) })),
      signature: need(bytes),
    }),
  ),
  dsseEnvelope: may(
    object({
      payload: need(payload),
      payloadType: need(shortText),
      signatures: need(list(object({ sig: need(bytes), keyid: may(shortText) }), 1, 1)),
    }),
  ),
});

/**
 * Checks that parsed JSON is a Sigstore bundle and nothing besides: every field of the type it has, each alternative
 * given once, lists and texts within bounds.
 *
 * @throws Refusal
 */
export function checkBundleShape(value: JsonObject): void {
  const mediaType = Object.hasOwn(value, 'mediaType') ? value['mediaType'] : undefined;
  if (typeof mediaType !== 'string' || !BUNDLE_MEDIA_TYPES.includes(mediaType)) {
    const said = typeof mediaType === 'string' ? JSON.stringify(mediaType.slice(0, 100)) : 'none';
    throw new Refusal(`It is no Sigstore bundle of version 0.1, 0.2 or 0.3: its media type is ${said}.`);
  }
  bundle(value, 'bundle');
  expectOne(value, ['messageSignature', 'dsseEnvelope']);
  const { verificationMaterial } = value;
  if (isJsonObject(verificationMaterial)) {
    expectOne(verificationMaterial, ['publicKey', 'x509CertificateChain', 'certificate']);
  }
}

function expectOne(value: JsonObject, names: readonly string[]): void {
  const given = names.filter((name) => Object.hasOwn(value, name) && value[name] !== null);
  if (given.length !== 1) {
    throw new Refusal(
      `A bundle has exactly one of ${names.join(', ')}; this one has ${given.join(' and ') || 'none'}.`,
    );
  }
}

function fail(path: string, fact: string): never {
  throw new Refusal(`The bundle cannot be read: ${path} ${fact}.`);
}
