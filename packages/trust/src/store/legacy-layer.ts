import { createHash } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import type { SerializedBundle } from '@sigstore/bundle';
import type { SignedStatement } from '../signing/attestor.ts';
import { writeEnvelope } from '../signing/envelope-text.ts';
import { LEGACY_ANNOTATION, LEGACY_TYPE, type LegacyKind } from './legacy-format.ts';

/** A layer for one of cosign's older tags. */
export interface LegacyLayer {
  readonly kind: LegacyKind;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * An attestation as cosign before version 3 keeps it: the envelope, and the rest of the bundle as annotations.
 *
 * @throws SuiteError `UNSUPPORTED` where cosign 2 could not verify it: with neither Rekor v1's signed entry
 *   timestamp, nor a timestamp, nor a key
 */
export function legacyAttestation({ bundle, statement }: SignedStatement): LegacyLayer {
  const { dsseEnvelope: envelope } = bundle;
  if (envelope === undefined) throw noEnvelope();
  return {
    kind: 'att',
    mediaType: LEGACY_TYPE.att,
    bytes: Buffer.from(writeEnvelope(envelope)),
    annotations: {
      // The envelope holds it; cosign writes the annotation all the same.
      [LEGACY_ANNOTATION.signature]: '',
      ...materialOf(bundle),
      [LEGACY_ANNOTATION.predicateType]: statement.predicateType,
    },
  };
}

/**
 * A signature as cosign before version 3 keeps it.
 *
 * @param payload the simple signing payload, as it was signed
 * @param bundle a message signature over it
 * @throws SuiteError `UNSUPPORTED` as for an attestation
 */
export function legacySignature(payload: Uint8Array, bundle: SerializedBundle): LegacyLayer {
  const { messageSignature: signed } = bundle;
  if (signed === undefined) throw noEnvelope();
  return {
    kind: 'sig',
    mediaType: LEGACY_TYPE.sig,
    bytes: payload,
    annotations: { [LEGACY_ANNOTATION.signature]: signed.signature, ...materialOf(bundle) },
  };
}

/**
 * What is signed for an image (cosign, "SIGNATURE_SPEC").
 *
 * @param name `ghcr.io/acme/app`, for people: verifiers ignore it
 */
export function simpleSigningPayload(name: string, digest: string): Uint8Array {
  const critical = {
    identity: { 'docker-reference': name },
    image: { 'docker-manifest-digest': digest },
    type: 'cosign container image signature',
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

function materialOf({ verificationMaterial: material }: SerializedBundle): Readonly<Record<string, string>> {
  const certificates = [
    ...(material.certificate === undefined ? [] : [material.certificate]),
    ...(material.x509CertificateChain?.certificates ?? []),
  ].map(({ rawBytes }) => toPem(rawBytes));
  const [leaf, ...chain] = certificates;
  const rekor = rekorBundle(material.tlogEntries ?? []);
  const [stamp] = material.timestampVerificationData?.rfc3161Timestamps ?? [];
  if (leaf !== undefined && rekor === undefined && stamp === undefined) throw unverifiable();
  return {
    ...(leaf === undefined ? {} : { [LEGACY_ANNOTATION.certificate]: leaf }),
    ...(chain.length === 0 ? {} : { [LEGACY_ANNOTATION.chain]: chain.join('') }),
    ...(rekor === undefined ? {} : { [LEGACY_ANNOTATION.rekorBundle]: rekor }),
    ...(stamp === undefined
      ? {}
      : { [LEGACY_ANNOTATION.timestamp]: JSON.stringify({ SignedRFC3161Timestamp: stamp.signedTimestamp }) }),
  };
}

/** Rekor v1's promise, as its API answers it: the log's id in hexadecimal digits, numbers as numbers. */
function rekorBundle(entries: SerializedBundle['verificationMaterial']['tlogEntries']): string | undefined {
  const entry = entries.find(({ inclusionPromise }) => inclusionPromise?.signedEntryTimestamp);
  if (entry?.inclusionPromise === undefined) return undefined;
  return JSON.stringify({
    SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
    },
  });
}

/** PEM with lines of 64 characters (RFC 7468, section 2). */
function toPem(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Tells layers apart: the same bytes with another certificate are another signature. */
export function layerIdentity(digest: string, annotations: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(annotations)
    .sort()
    .map((key) => [key, annotations[key]]);
  return createHash('sha256')
    .update(JSON.stringify([digest, sorted]))
    .digest('hex');
}

function unverifiable(): SuiteError {
  return new SuiteError(
    'UNSUPPORTED',
    'The tags of cosign before version 3 need an entry of Rekor v1, a timestamp or a key, and the signature has none of these.',
    { remedy: 'Set "rekor-version: 1", give a "key", or leave out "legacy-cosign-tags".' },
  );
}

function noEnvelope(): SuiteError {
  return new SuiteError('INTERNAL', 'A bundle of the other kind was to become a layer of cosign’s tags.');
}
