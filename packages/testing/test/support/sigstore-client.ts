import { createHash } from 'node:crypto';
import { type Bundle, bundleFromJSON, bundleToJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness, TSAWitness, type Witness } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { Sigstore } from '../../src/index.ts';

/** The library's own client, pointed at the servers of this package. */

export const STATEMENT = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest: { sha256: 'c'.repeat(64) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
  }),
);
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Dead Simple Signing Envelope, "pre-authentication encoding". */
export function encodePae(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

/** A request to Rekor v2 for an envelope: the library's own witness sends what the service refuses. */
export function entryRequest(digest: Buffer, signature: Buffer, verifier: object): object {
  return {
    hashedRekordRequestV002: {
      digest: digest.toString('base64'),
      signature: { content: signature.toString('base64'), verifier },
    },
  };
}

export async function postJson(url: string, document: unknown, headers = {}): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(document),
  });
}

export function derOfPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

export function rekorV2Witness(url: string): Witness {
  return {
    testify: async (content, certificate) => {
      if (content.$case !== 'dsseEnvelope') throw new Error('not an envelope');
      const { payloadType, payload, signatures } = content.dsseEnvelope;
      const response = await postJson(
        `${url}/api/v2/log/entries`,
        entryRequest(
          createHash('sha256').update(encodePae(payloadType, payload)).digest(),
          signatures[0]?.sig ?? Buffer.alloc(0),
          {
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            x509Certificate: { rawBytes: derOfPem(certificate).toString('base64') },
          },
        ),
      );
      if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
      const { TransparencyLogEntry } = await import('@sigstore/protobuf-specs');
      return { tlogEntries: [TransparencyLogEntry.fromJSON(await response.json())] as never };
    },
  };
}

export type LogKind = 'v2' | 'dsse' | 'intoto' | 'none';

export async function signStatement(sigstore: Sigstore, log: LogKind, payload = STATEMENT): Promise<Bundle> {
  const options = { retry: 0, timeout: 5000 };
  const witnesses: Witness[] = [new TSAWitness({ tsaBaseURL: sigstore.urls.tsa, ...options })];
  if (log === 'v2') witnesses.push(rekorV2Witness(sigstore.urls.rekor));
  if (log === 'dsse' || log === 'intoto') {
    witnesses.push(
      new RekorWitness({
        rekorBaseURL: sigstore.urls.rekorV1,
        entryType: log,
        majorApiVersion: 1,
        ...options,
      }),
    );
  }
  const signer = new FulcioSigner({
    fulcioBaseURL: sigstore.urls.fulcio,
    identityProvider: { getToken: () => sigstore.issuer.mint('sigstore') },
    ...options,
  });
  return await new DSSEBundleBuilder({ signer, witnesses }).create({ data: payload, type: PAYLOAD_TYPE });
}

/** Verifies as the library does; its thresholds are one of each when absent. */
export function verifyBundle(
  sigstore: Sigstore,
  bundle: Bundle,
  options: ConstructorParameters<typeof Verifier>[1] = {},
): ReturnType<Verifier['verify']> {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.trustedRoot));
  return new Verifier(trust, options).verify(toSignedEntity(bundleFromJSON(bundleToJSON(bundle))));
}

/** Reads an answer whose shape the test expects. */
export async function readJson(response: Response | Promise<Response>) {
  return JSON.parse(await (await response).text());
}
