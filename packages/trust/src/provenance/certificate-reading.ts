import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import { loadFormats } from '../signing/libraries.ts';

/** Sigstore's arc: extension N is `1.3.6.1.4.1.57264.1.N` (fulcio, "oid-info"). */
const ARC = '1.3.6.1.4.1.57264.1';

/** Reads what a certificate that was just issued to us says of who signs. */
export async function readIssuedFacts(der: Buffer): Promise<CertificateFacts> {
  const { X509Certificate } = await loadFormats();
  const certificate = X509Certificate.parse(Buffer.from(der));
  const text = (number: number): string | undefined =>
    certificate.extension(`${ARC}.${number}`)?.valueObj.subs[0]?.value.toString('utf8');
  return {
    identity: certificate.subjectAltName ?? '',
    issuer: text(8) ?? '',
    buildSignerUri: text(9),
    runnerEnvironment: text(11),
    sourceRepositoryUri: text(12),
    sourceRepositoryDigest: text(13),
    sourceRepositoryRef: text(14),
    sourceRepositoryId: text(15),
    sourceRepositoryOwnerUri: text(16),
    sourceRepositoryOwnerId: text(17),
    buildConfigUri: text(18),
    buildTrigger: text(20),
    runInvocationUri: text(21),
    notBefore: certificate.notBefore.getTime(),
    notAfter: certificate.notAfter.getTime(),
  };
}
