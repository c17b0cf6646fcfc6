import { generateKeyPair, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, parseJson } from '@artifact-lifecycle/core/http';
import { algorithmOf, pemOfKey } from '../key/key-algorithm.ts';
import { memberOf } from '../service/json-object.ts';
import { askService } from '../service/service-client.ts';
import { below } from '../service/service-url.ts';
import { parseToken, subjectOfToken } from '../token/json-web-token.ts';
import { fetchToken, SIGSTORE_AUDIENCE, type TokenSource } from '../token/token-source.ts';
import type { Signer } from './signer.ts';

/** A chain of three certificates has 4 KB. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** A leaf, an intermediate and a root; some instances have one more. */
const MAX_CHAIN = 10;

const SERVICE = 'certificate authority';

/** A signer whose certificate is good for a while. */
export interface CertifiedSigner extends Signer {
  readonly material: Extract<Signer['material'], { readonly kind: 'certificate' }>;
  /** Until when, by our own clock: milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a certificate is asked for with. */
export interface CertificateRequest {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly fulcioUrl: URL;
  readonly source: TokenSource;
  readonly signal?: AbortSignal | undefined;
}

const makeKeyPair = promisify(generateKeyPair);

/**
 * Makes a key that nobody keeps, and has Fulcio certify whose it is (fulcio, `POST /api/v2/signingCert`). Who issued the
 * certificate, and that a log of certificates has it, is seen when what it signed is verified.
 *
 * @throws SuiteError what the source of tokens and asking throw; `PROTOCOL_INVALID` when the answer is no certificate for
 * our key. The token is in no message.
 */
export async function requestCertificate(request: CertificateRequest): Promise<CertifiedSigner> {
  const { http, clock, fulcioUrl, source, signal } = request;
  const [token, { privateKey, publicKey }] = await Promise.all([
    fetchToken(source, SIGSTORE_AUDIENCE, signal),
    makeKeyPair('ec', { namedCurve: 'P-256' }),
  ]);
  const proof = sign('sha256', Buffer.from(subjectOfToken(parseToken(token))), privateKey);
  const begin = clock.now();
  const { body } = await askService(http, {
    service: SERVICE,
    method: 'POST',
    url: below(fulcioUrl, '/api/v2/signingCert'),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: Buffer.from(
      JSON.stringify({
        credentials: { oidcIdentityToken: token },
        publicKeyRequest: {
          publicKey: { algorithm: 'ECDSA', content: pemOfKey(publicKey) },
          proofOfPossession: proof.toString('base64'),
        },
      }),
    ),
    limit: MAX_ANSWER_BYTES,
    secrets: [token],
    remedy: remedyOf,
    signal,
  });
  const document = parseJson(body, `answer of the ${SERVICE} at ${fulcioUrl.host}`);
  const [leaf, ...chain] = readChain(document, fulcioUrl);
  if (leaf === undefined || !isFor(leaf, publicKey)) {
    throw invalid(fulcioUrl, 'answered with a certificate for another key than ours');
  }
  // The authority's clock may not be ours: what counts is how long the certificate holds, from when we asked.
  const lifetime = Date.parse(leaf.validTo) - Date.parse(leaf.validFrom);
  return {
    algorithm: algorithmOf(publicKey, undefined),
    privateKey,
    publicKey,
    material: { kind: 'certificate', certificate: leaf.raw, chain: chain.map(({ raw }) => raw) },
    expiresAt: begin + (Number.isFinite(lifetime) ? lifetime : 0),
  };
}

function readChain(document: unknown, url: URL): readonly X509Certificate[] {
  const kinds = ['signedCertificateEmbeddedSct', 'signedCertificateDetachedSct'];
  const found = kinds.map((kind) => memberOf(document, kind, 'chain', 'certificates')).find(Array.isArray);
  if (found === undefined || found.length === 0 || found.length > MAX_CHAIN) {
    throw invalid(url, 'answered with something else than a certificate');
  }
  try {
    return found.map((pem: unknown) => new X509Certificate(String(pem)));
  } catch {
    throw invalid(url, 'answered with something else than a certificate');
  }
}

function isFor(certificate: X509Certificate, publicKey: KeyObject): boolean {
  const der = { type: 'spki', format: 'der' } as const;
  return certificate.publicKey.export(der).equals(publicKey.export(der));
}

function remedyOf(status: number): string | undefined {
  if (status >= 500 || status === 404 || status === 429) return undefined;
  return "Check that this instance of Sigstore takes tokens of the job's issuer, and the clock of the runner.";
}

function invalid({ host }: URL, fault: string): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `The ${SERVICE} at ${host} ${fault}.`, {
    remedy: 'Check fulcio-url.',
  });
}
