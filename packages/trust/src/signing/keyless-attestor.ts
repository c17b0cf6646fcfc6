import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import type { SigstoreInstance } from '../instance/instance.ts';
import { compareProvenance } from '../provenance/agreement.ts';
import { readIssuedFacts } from '../provenance/certificate-reading.ts';
import { WORKFLOW_BUILD_TYPE } from '../provenance/workflow-provenance.ts';
import { memberOf } from '../service/json-object.ts';
import { parseServiceUrl } from '../service/service-url.ts';
import { PREDICATE_TYPE } from '../statement/predicate-type.ts';
import type { Statement } from '../statement/statement.ts';
import type { TokenSource } from '../token/token-source.ts';
import type { Attestor, SignedStatement } from './attestor.ts';
import type { CertifiedSigner } from './certificate-authority.ts';
import { AlreadyLogged } from './rekor-v2.ts';
import { createSelfCheck } from './self-check.ts';
import { SharedCertificate } from './shared-certificate.ts';
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
export function createKeylessAttestor(options: KeylessOptions): Attestor {
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
  const certificate = new SharedCertificate({ http, clock, fulcioUrl, source }, async (signer) => {
    const read = await readIssuedFacts(signer.material.certificate);
    facts.set(signer, read);
    identity = read.identity;
  });

  const attest = async (statement: Statement, signal: AbortSignal | undefined): Promise<SignedStatement> => {
    // First the wait, then the certificate: it must not expire in a queue.
    await throttle.enter(signal);
    for (let attempt = 1; ; attempt += 1) {
      const signer = await certificate.get(signal);
      checkProvenance(statement, facts.get(signer));
      try {
        return await signStatement(statement, signer, table, signal);
      } catch (error) {
        // The log kept us waiting past the certificate's end, or has a signature that is random by nature: sign anew.
        const isWorthIt = error instanceof AlreadyLogged || signer.expiresAt <= clock.now();
        if (!isWorthIt || attempt === MAX_ATTEMPTS)
          throw error instanceof AlreadyLogged ? refuseRepetition(error) : error;
      }
    }
  };
  return {
    describe: () => identity ?? `a certificate of ${fulcioUrl.host}`,
    attest: (statement, { signal } = {}) => attest(statement, signal),
  };
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

/** Provenance of our own build type must say what its certificate says, or no verifier may believe it. */
function checkProvenance({ predicateType, predicate }: Statement, facts: CertificateFacts | undefined): void {
  if (predicateType !== PREDICATE_TYPE.provenance || facts === undefined) return;
  if (memberOf(predicate, 'buildDefinition', 'buildType') !== WORKFLOW_BUILD_TYPE) return;
  const [first] = compareProvenance(predicate, facts);
  if (first === undefined) return;
  throw new SuiteError(
    'NOT_VERIFIED',
    `The certificate does not say what the provenance says: ${first.place} is "${first.stated}", and the certificate has "${first.certified}".`,
    {
      remedy:
        'Take both tokens from the same job; a token or the certificate authority is not what it should be.',
    },
  );
}
