import { createHash, verify } from 'node:crypto';
import { type Json, writeCanonicalJson } from './canonical-json.ts';
import { fromBase64, isObject, type JsonObject, member } from './service.ts';
import { readCertificate, readPublicKey, type VerifierKey, verifyDigest } from './verifier-key.ts';

/** Why an entry of Rekor v1 is refused; the message is part of the answer. */
export class BadEntry extends Error {}

/**
 * Checks an entry that somebody proposes to Rekor v1, and gives the canonical bytes that are logged.
 *
 * @throws BadEntry for kinds and versions that are not known, and for what does not verify
 */
export function canonicalizeEntry(proposed: JsonObject): Buffer {
  const { kind, apiVersion, spec } = proposed;
  const canonicalize = KINDS[`${String(kind)} ${String(apiVersion)}`];
  if (canonicalize === undefined) {
    throw new BadEntry(`entry kind '${String(kind)}' does not support version '${String(apiVersion)}'`);
  }
  return Buffer.from(
    writeCanonicalJson({ apiVersion: String(apiVersion), kind: String(kind), spec: canonicalize(spec) }),
  );
}

const KINDS: Readonly<Record<string, (spec: unknown) => Json>> = {
  'hashedrekord 0.0.1': canonicalizeHashedrekord,
  'dsse 0.0.1': canonicalizeDsse,
  'intoto 0.0.2': canonicalizeIntoto,
};

/** rekor, "pkg/types/hashedrekord/v0.0.1". */
function canonicalizeHashedrekord(spec: unknown): Json {
  const content = need(fromBase64(member(spec, 'signature', 'content')), 'missing signature');
  const key = readKey(member(spec, 'signature', 'publicKey', 'content'));
  const algorithm = member(spec, 'data', 'hash', 'algorithm');
  const value = member(spec, 'data', 'hash', 'value');
  if (key.publicKey.asymmetricKeyType === 'ed25519')
    throw new BadEntry('ed25519 unsupported for hashedrekord');
  if (algorithm !== 'sha256' && algorithm !== 'sha384' && algorithm !== 'sha512') {
    throw new BadEntry('invalid value for hash');
  }
  const digest =
    typeof value === 'string' && /^[0-9a-f]+$/.test(value) ? Buffer.from(value, 'hex') : Buffer.alloc(0);
  if (!verifyDigest(key.publicKey, algorithm, digest, content)) {
    throw new BadEntry('verifying signature: invalid signature when validating ASN.1 encoded signature');
  }
  return {
    data: { hash: { algorithm, value: String(value) } },
    signature: { content: content.toString('base64'), publicKey: { content: base64(key.pem) } },
  };
}

/** rekor, "pkg/types/dsse/v0.0.1": of the envelope only hashes and signatures are kept. */
function canonicalizeDsse(spec: unknown): Json {
  const text = need(asText(member(spec, 'proposedContent', 'envelope')), 'missing proposed DSSE envelope');
  const verifiers = asList(member(spec, 'proposedContent', 'verifiers')).map(readKey);
  const envelope = parse(text);
  const { payloadType, payload } = readPayload(envelope);
  const signatures = asList(member(envelope, 'signatures')).map((signature) => {
    const sig = need(asText(member(signature, 'sig')), 'signature without sig');
    return { signature: sig, verifier: base64(findKey(verifiers, payloadType, payload, sig).pem) };
  });
  if (signatures.length === 0) throw new BadEntry('DSSE envelope must contain 1 or more signatures');
  return {
    envelopeHash: sha256(Buffer.from(text)),
    payloadHash: sha256(payload),
    signatures: signatures.sort((a, b) => (a.signature < b.signature ? -1 : 1)),
  };
}

/** rekor, "pkg/types/intoto/v0.0.2": payload and signatures come in base64 twice, and the payload is not kept. */
function canonicalizeIntoto(spec: unknown): Json {
  const envelope = member(spec, 'content', 'envelope');
  const hash = member(spec, 'content', 'hash');
  const payloadType = need(asText(member(envelope, 'payloadType')), 'missing payloadType content');
  const payload = decodeTwice(member(envelope, 'payload'), 'missing envelope content');
  const signatures = asList(member(envelope, 'signatures')).map((signature) => {
    const key = readKey(member(signature, 'publicKey'));
    const sig = decodeTwice(member(signature, 'sig'), 'missing signature content').toString('base64');
    findKey([key], payloadType, payload, sig);
    const keyid = asText(member(signature, 'keyid'));
    return { ...(keyid === undefined ? {} : { keyid }), publicKey: base64(key.pem), sig: base64(sig) };
  });
  if (signatures.length === 0) throw new BadEntry('missing signatures content');
  const value = member(hash, 'value');
  if (member(hash, 'algorithm') !== 'sha256' || typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) {
    throw new BadEntry('missing envelope digest');
  }
  return {
    content: {
      envelope: { payloadType, signatures },
      hash: { algorithm: 'sha256', value },
      payloadHash: sha256(payload),
    },
  };
}

function readPayload(envelope: unknown): { readonly payloadType: string; readonly payload: Buffer } {
  const payloadType = need(asText(member(envelope, 'payloadType')), 'missing payloadType');
  return { payloadType, payload: need(fromBase64(member(envelope, 'payload')), 'missing payload') };
}

/** The key that a signature over the payload is of. */
function findKey(keys: readonly VerifierKey[], type: string, payload: Buffer, sig: string): VerifierKey {
  const prefix = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  const signed = Buffer.concat([Buffer.from(prefix), payload]);
  const signature = Buffer.from(sig, 'base64');
  const found = keys.find(({ publicKey }) =>
    verify(publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, publicKey, signature),
  );
  return need(
    found,
    'could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1',
  );
}

function readKey(value: unknown): VerifierKey {
  const bytes = fromBase64(value);
  const isCertificate = bytes?.includes('-----BEGIN CERTIFICATE') === true;
  const isKey = bytes?.includes('-----BEGIN PUBLIC KEY') === true;
  const key = isCertificate ? readCertificate(bytes) : isKey ? readPublicKey(bytes) : undefined;
  return need(key, 'could not parse public key as x509: failure decoding PEM');
}

function decodeTwice(value: unknown, fault: string): Buffer {
  return need(fromBase64(need(fromBase64(value), fault).toString('latin1')), fault);
}

function parse(text: string): JsonObject {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // Said below.
  }
  throw new BadEntry('invalid DSSE envelope');
}

function need<T>(value: T | undefined, fault: string): T {
  if (value === undefined) throw new BadEntry(fault);
  return value;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function sha256(bytes: Buffer): Json {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}
