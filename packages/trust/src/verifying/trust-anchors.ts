import { createPublicKey } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import type { TransparencyLogInstance, TrustedRoot } from '@sigstore/protobuf-specs';
import type { TrustMaterial } from '@sigstore/verify';
import { readCertificate } from '../certificate/certificate.ts';
import type { NamedTrustedRoot } from '../instance/instance.ts';
import { loadVerifier } from './library.ts';
import { rememberIssuers } from './remembered-certificate.ts';

/** A log whose checkpoints and promises count. */
export interface TrustedLog {
  readonly id: Buffer;
  /** `https://rekor.sigstore.dev`. */
  readonly url: string;
  /** Milliseconds since 1970, both inclusive. */
  readonly start: number;
  readonly end: number;
}

/** A trusted root, made ready once for many bundles. */
export interface TrustAnchors {
  readonly name: string;
  readonly material: TrustMaterial;
  readonly logs: readonly TrustedLog[];
  /** Whether the instance has logs at all: then a certificate's signature must be in one. */
  readonly demandsLog: boolean;
  readonly demandsCertificateLog: boolean;
  /** Names, in DER, of the authorities that issue its certificates. */
  readonly authorities: readonly Buffer[];
}

const ready = new WeakMap<TrustedRoot, Promise<TrustAnchors>>();

/**
 * Makes a trusted root ready.
 *
 * What has no beginning, or one that is no time, is not trusted: nobody knows of what time its keys can tell. What
 * is left out counts for {@link TrustAnchors.demandsLog} all the same, so that a root cannot demand less by being
 * broken.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function prepareTrust({ name, root }: NamedTrustedRoot): Promise<TrustAnchors> {
  const known = ready.get(root);
  if (known !== undefined) return known;
  const made = prepare(name, root);
  ready.set(root, made);
  return made;
}

async function prepare(name: string, root: TrustedRoot): Promise<TrustAnchors> {
  const { toTrustMaterial } = await loadVerifier();
  try {
    const tlogs = root.tlogs.filter(isUsableLog);
    const trusted: TrustedRoot = {
      ...root,
      tlogs,
      ctlogs: root.ctlogs.filter(isUsableLog),
      certificateAuthorities: root.certificateAuthorities.filter(({ validFor }) => hasStart(validFor)),
      timestampAuthorities: root.timestampAuthorities.filter(({ validFor }) => hasStart(validFor)),
    };
    const material = toTrustMaterial(trusted);
    for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities]) {
      for (const certificate of certChain) rememberIssuers(certificate);
    }
    return {
      name,
      material,
      logs: tlogs.map(({ baseUrl, publicKey, logId, checkpointKeyId }) => ({
        id: (checkpointKeyId ?? logId)?.keyId ?? Buffer.alloc(0),
        url: baseUrl,
        start: publicKey?.validFor?.start?.getTime() ?? Number.NaN,
        end: publicKey?.validFor?.end?.getTime() ?? Number.POSITIVE_INFINITY,
      })),
      demandsLog: root.tlogs.length > 0,
      demandsCertificateLog: root.ctlogs.length > 0,
      authorities: trusted.certificateAuthorities.flatMap(({ certChain }) =>
        (certChain?.certificates ?? []).map(({ rawBytes }) => readCertificate(rawBytes).subject),
      ),
    };
  } catch (cause) {
    throw new SuiteError(
      'CONTENT_INVALID',
      `The trusted root ${name} holds a key or certificate that cannot be read.`,
      {
        cause,
        remedy: 'Take the trusted root from its instance anew.',
      },
    );
  }
}

function hasStart(validFor: { readonly start?: Date | undefined } | undefined): boolean {
  return validFor?.start !== undefined && !Number.isNaN(validFor.start.getTime());
}

/** A log with a key of a kind that this Node does not know can verify nothing; the others still can. */
function isUsableLog({ publicKey, logId }: TransparencyLogInstance): boolean {
  const key = publicKey?.rawBytes;
  if (key === undefined || logId === undefined || !hasStart(publicKey?.validFor)) return false;
  return (['spki', 'pkcs1'] as const).some((type) => {
    try {
      createPublicKey({ key, format: 'der', type });
      return true;
    } catch {
      return false;
    }
  });
}
