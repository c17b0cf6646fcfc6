import { createHash } from 'node:crypto';
import type { CtLog } from './certificate-transparency.ts';
import type { CheckpointSigner } from './checkpoint.ts';
import type { JsonObject } from './service.ts';

/** What a trusted root is made of. */
export interface TrustedParts {
  /** Chains in DER, leaf side first, and where the authority answers. */
  readonly authorities: readonly { readonly chain: readonly Buffer[]; readonly uri: string }[];
  readonly timestampAuthorities: readonly { readonly chain: readonly Buffer[]; readonly uri: string }[];
  readonly logs: readonly CheckpointSigner[];
  readonly ctLogs: readonly CtLog[];
  /** From when on all of it holds, in milliseconds since 1970. */
  readonly start: number;
}

/** Media types of the two forms, which differ in nothing else that is written here. */
const MEDIA_TYPES = {
  '0.1': 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.trustedroot.v0.2+json',
} as const;

export type TrustedRootVersion = keyof typeof MEDIA_TYPES;

/** Writes a `TrustedRoot` in protobuf's JSON. */
export function writeTrustedRoot(parts: TrustedParts, version: TrustedRootVersion = '0.1'): JsonObject {
  const validFor = { start: new Date(parts.start).toISOString() };
  const authority =
    (commonName: string) =>
    ({ chain, uri }: TrustedParts['authorities'][number]): JsonObject => ({
      subject: { organization: 'local.test', commonName },
      uri,
      certChain: { certificates: chain.map((certificate) => ({ rawBytes: certificate.toString('base64') })) },
      validFor,
    });
  return {
    mediaType: MEDIA_TYPES[version],
    tlogs: parts.logs.map(({ name, key, id }) => ({
      // Verifiers look for the name of a checkpoint's signer in here.
      baseUrl: `https://${name}`,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: key.spki.toString('base64'), keyDetails: key.keyDetails, validFor },
      logId: { keyId: id.toString('base64') },
    })),
    certificateAuthorities: parts.authorities.map(authority('sigstore')),
    ctlogs: parts.ctLogs.map(({ key }) => ({
      baseUrl: 'https://ct.test',
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: key.spki.toString('base64'), keyDetails: key.keyDetails, validFor },
      logId: { keyId: createHash('sha256').update(key.spki).digest('base64') },
    })),
    timestampAuthorities: parts.timestampAuthorities.map(authority('sigstore-tsa')),
  };
}
