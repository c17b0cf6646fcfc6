import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { readCertificate } from '../certificate/certificate.ts';
import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import { DerError } from '../certificate/der.ts';
import { readCertificateFacts } from '../certificate/read-facts.ts';
import type { SigstoreInstance } from '../instance/instance.ts';
import { parseServiceUrl } from '../service/service-url.ts';
import type { Statement } from '../statement/statement.ts';
import type { TokenSource } from '../token/token-source.ts';
import { PROVENANCE_TYPES, provenanceContradiction } from '../verifying/provenance-claims.ts';
import type { Attestor, PayloadSigner } from './attestor.ts';
import type { CertifiedSigner } from './certificate-authority.ts';
import { AlreadyLogged } from './rekor-v2.ts';
import { createSelfCheck } from './self-check.ts';
import { SharedCertificate } from './shared-certificate.ts';
import { signPayload } from './sign-payload.ts';
import { signStatement } from './sign-statement.ts';
import { PUBLIC_GOOD_RATE, type SigningRate, Throttle } from './throttle.ts';
import { createWitnesses } from './witnesses.ts';

export interface KeylessOptions {
  readonly instance: SigstoreInstance;
  /** Its timeouts must bear a log that answers after 20 seconds. */
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Tokens of audience `sigstore`; give one that masks them ({@link maskTokens}). */
  readonly source: TokenSource;
  /** How fast statements may be signed; by default what the public good instance bears, and no bound elsewhere. */
  readonly rate?: SigningRate | undefined;
}

/** Another certificate or signature is tried so often; each means that the log answered something new. */
const MAX_ATTEMPTS = 3;

/**
 * Makes an attestor that signs with certificates of Fulcio: one key and certificate for all statements, as long as it
 * holds. What it gives out has been verified with the instance's trusted root.
 *
 * @throws SuiteError `INPUT_INVALID` when an address is none, or the instance has nothing that tells the time
 */
export function createKeylessAttestor(options: KeylessOptions): Attestor & PayloadSigner {
  const { instance, http, clock, source } = options;
  const fulcioUrl = parseServiceUrl(instance.fulcioUrl ?? '', 'fulcio-url');
  if (instance.tsaUrl === undefined && instance.rekor?.version !== 1) {
    throw new SuiteError(
      'INPUT_INVALID',
      'Certificates expire in minutes, and nothing would prove when they were used: there is no tsa-url.',
      { remedy: 'Give tsa-url, or a log of Rekor version 1.' },
    );
  }
  const table = { witnesses: createWitnesses(instance, http), check: createSelfCheck(instance) };
  const throttle = new Throttle(options.rate ?? (instance.isPublic ? PUBLIC_GOOD_RATE : undefined), clock);
  let identity: string | undefined;
  const facts = new WeakMap<CertifiedSigner, CertificateFacts>();
  const certificate = new SharedCertificate({ http, clock, fulcioUrl, source }, (signer) => {
    const read = readFacts(signer, fulcioUrl);
    facts.set(signer, read);
    identity = read.identity;
  });

  const sign = async <T>(
    work: (signer: CertifiedSigner) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    // First the wait, then the certificate: it must not expire in a queue.
    await throttle.enter(signal);
    for (let attempt = 1; ; attempt += 1) {
      const signer = await certificate.get(signal);
      try {
        return await work(signer);
      } catch (error) {
        // The log kept us waiting past the certificate's end, or has the signature, which differs each time: sign anew.
        const isLogged = error instanceof AlreadyLogged;
        const isWorthIt = isLogged || signer.expiresAt <= clock.now();
        if (!isWorthIt || attempt === MAX_ATTEMPTS) throw isLogged ? refuseRepetition(error) : error;
      }
    }
  };
  return {
    describe: () => identity ?? `a certificate of ${fulcioUrl.host}`,
    attest: (statement, { signal } = {}) =>
      sign((signer) => {
        checkProvenance(statement, facts.get(signer));
        return signStatement(statement, signer, table, signal);
      }, signal),
    signPayload: async (payload, { signal } = {}) => {
      if (instance.rekor?.version !== 1) throw needsRekorV1();
      return sign((signer) => signPayload(payload, signer, table, signal), signal);
    },
  };
}

/** cosign 2 believes a certificate only with a signed entry timestamp beside it, which later logs do not give. */
function needsRekorV1(): SuiteError {
  return new SuiteError(
    'UNSUPPORTED',
    'The tags that cosign before version 3 reads need a log of Rekor version 1 or a key, and there is neither.',
    { remedy: 'Set rekor-version to 1, give a key, or leave legacy-cosign-tags out.' },
  );
}

/** An entry that the log has already and gives no proof of (rekor-tiles answers 409 with nothing but the index). */
export function refuseRepetition(cause: AlreadyLogged): SuiteError {
  return new SuiteError(
    'UNSUPPORTED',
    `The transparency log has this very signature already: ${cause.message}.`,
    {
      remedy:
        'Use the bundle that was made then; or sign with a key on the curve P-256, whose signatures differ each time.',
      cause,
    },
  );
}

/** Provenance must say what its certificate says, or no verifier may believe it. */
function checkProvenance(statement: Statement, facts: CertificateFacts | undefined): void {
  if (facts === undefined || !PROVENANCE_TYPES.includes(statement.predicateType)) return;
  const contradiction = provenanceContradiction(statement, facts);
  if (contradiction === undefined) return;
  throw new SuiteError('NOT_VERIFIED', contradiction, {
    remedy:
      'Take both tokens from the same job; a token or the certificate authority is not what it should be.',
  });
}

function readFacts({ material }: CertifiedSigner, { host }: URL): CertificateFacts {
  try {
    return readCertificateFacts(readCertificate(material.certificate));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `The certificate authority at ${host} answered with a certificate that cannot be read: ${error.message}.`,
      { remedy: 'Check fulcio-url.', cause: error },
    );
  }
}
