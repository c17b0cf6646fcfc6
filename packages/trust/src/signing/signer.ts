import { type KeyObject, sign } from 'node:crypto';
import type { KeyAlgorithm } from '../key/key-algorithm.ts';

/** What a signature is checked with. */
export type SignerMaterial =
  | {
      readonly kind: 'certificate';
      /** DER. */
      readonly certificate: Buffer;
      /** DER, from who issued it to the root. */
      readonly chain: readonly Buffer[];
    }
  | { readonly kind: 'key'; readonly hint: string };

/** A key that signs, and what others know it by. */
export interface Signer {
  readonly algorithm: KeyAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly material: SignerMaterial;
}

/** Signs bytes. */
export function signBytes({ algorithm, privateKey }: Signer, bytes: Uint8Array): Buffer {
  return sign(algorithm.digest, bytes, privateKey);
}

/** A certificate in PEM. */
export function pemOfCertificate(der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
