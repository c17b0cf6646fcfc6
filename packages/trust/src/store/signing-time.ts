import { X509Certificate } from 'node:crypto';
import type { SerializedBundle } from '@sigstore/bundle';

/**
 * When a bundle was signed, as far as it says so itself: by its certificate, which lives for minutes, else by its log
 * entry. Milliseconds since 1970; `undefined` where nothing says. No proof, but the same for the same bundle, so that
 * storing it again makes the same manifest.
 */
export function signingTime({ verificationMaterial: material }: SerializedBundle): number | undefined {
  const leaf = material.certificate ?? material.x509CertificateChain?.certificates[0];
  const begun = leaf === undefined ? Number.NaN : notBefore(leaf.rawBytes);
  if (Number.isFinite(begun)) return begun;
  const logged = Number(
    (material.tlogEntries ?? []).find((entry) => Number(entry.integratedTime) > 0)?.integratedTime,
  );
  return Number.isSafeInteger(logged) ? logged * 1000 : undefined;
}

function notBefore(base64: string): number {
  try {
    return Date.parse(new X509Certificate(Buffer.from(base64, 'base64')).validFrom);
  } catch {
    return Number.NaN;
  }
}
