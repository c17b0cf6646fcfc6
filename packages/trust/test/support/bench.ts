import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';
import { type Sigstore, type SigstoreOptions, startSigstore } from '@artifact-lifecycle/testing';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { SigstoreInstance } from '../../src/instance/instance.ts';
import type { SignedStatement } from '../../src/signing/attestor.ts';
import type { TokenSource } from '../../src/token/token-source.ts';

/** A Sigstore on 127.0.0.1, and a client that is in no hurry but does not wait, either. */
export interface Bench {
  readonly sigstore: Sigstore;
  readonly http: HttpClient;
  readonly source: TokenSource;
  /** What tests sign with; changes are laid over it. */
  instance(changes?: Partial<SigstoreInstance>): SigstoreInstance;
  /** Names of services with the number of requests that each got, the issuer's own documents left out. */
  requests(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export async function startBench(options: SigstoreOptions = {}): Promise<Bench> {
  const sigstore = await startSigstore(options);
  const http = createHttpClient({
    userAgent: 'tests',
    environment: {},
    clock: { now: Date.now, sleep: () => Promise.resolve() },
    concurrency: { start: 32 },
  });
  const { urls } = sigstore;
  return {
    sigstore,
    http,
    source: (audience) => sigstore.issuer.mint(audience),
    instance: (changes = {}) => ({
      name: 'the instance of the tests',
      isPublic: false,
      fulcioUrl: urls.fulcio,
      rekor: { url: urls.rekor, version: 2 },
      tsaUrl: urls.tsa,
      trustedRoot: TrustedRoot.fromJSON(sigstore.trustedRoot),
      ...changes,
    }),
    requests: () => {
      const counts: Record<string, number> = {};
      for (const line of sigstore.lines()) {
        const [service = '', method, path = ''] = line.split(' ');
        if (method === 'POST') counts[service] = (counts[service] ?? 0) + 1;
        if (service === 'rekorV1' && method === 'GET') counts[`GET ${path.slice(0, 20)}`] = 1;
      }
      return counts;
    },
    close: async () => {
      http.close();
      await sigstore.close();
    },
  };
}

/** Verifies as any other user of the library would, with the thresholds given, and gives who signed. */
export function verifyElsewhere(
  { sigstore }: Bench,
  signed: SignedStatement,
  options: ConstructorParameters<typeof Verifier>[1] = {},
): ReturnType<Verifier['verify']> {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(sigstore.trustedRoot));
  const bundle = bundleFromJSON(JSON.parse(Buffer.from(signed.bytes).toString('utf8')));
  return new Verifier(trust, options).verify(toSignedEntity(bundle));
}

/** A statement about an artifact that nobody has. */
export const SUBJECT = [{ name: 'ghcr.io/acme/app', digest: { sha256: 'c'.repeat(64) } }] as const;
