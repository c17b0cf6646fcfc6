import { type Fulcio, startFulcio } from './fulcio.ts';
import {
  type GitHubAttestations,
  type GitHubAttestationsOptions,
  startGitHubAttestations,
} from './github-attestations.ts';
import type { ClaimChanges } from './github-claims.ts';
import { type OidcIssuer, startOidcIssuer } from './oidc-issuer.ts';
import { type Rekor, type RekorOptions, startRekor } from './rekor.ts';
import type { JsonObject } from './service.ts';
import {
  startTimestampAuthority,
  type TimestampAuthority,
  type TimestampAuthorityOptions,
} from './timestamp-authority.ts';
import { type TrustedRootVersion, writeTrustedRoot } from './trusted-root.ts';

export interface SigstoreOptions {
  /** The clock of all services, in milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** Claims of the job whose tokens the issuer gives out. */
  readonly claims?: ClaimChanges | undefined;
  /** Digits that stamps have after the point of the second. */
  readonly fraction?: string | undefined;
  readonly tsa?: Omit<TimestampAuthorityOptions, 'now'> | undefined;
  /** For the log of version 2. */
  readonly rekor?: Omit<RekorOptions, 'version' | 'now'> | undefined;
  readonly github?: GitHubAttestationsOptions | undefined;
}

/** A whole Sigstore instance on 127.0.0.1. */
export interface Sigstore {
  readonly issuer: OidcIssuer;
  readonly fulcio: Fulcio;
  /** The log of version 2. */
  readonly rekor: Rekor;
  /** The log of version 1. */
  readonly rekorV1: Rekor;
  readonly tsa: TimestampAuthority;
  readonly github: GitHubAttestations;
  /** Addresses as the actions' inputs take them. */
  readonly urls: Readonly<Record<'issuer' | 'fulcio' | 'rekor' | 'rekorV1' | 'tsa' | 'github', string>>;
  /** What a job with `id-token: write` finds in its environment. */
  readonly env: OidcIssuer['env'];
  /** `TrustedRoot` in JSON; the older form. */
  readonly trustedRoot: JsonObject;
  /** `TrustedRoot` in the form asked for, which holds from some time on. */
  writeTrustedRoot(version: TrustedRootVersion, start?: number): JsonObject;
  /** Every request to every service: `fulcio POST /api/v2/signingCert 200`. */
  lines(): readonly string[];
  /** Defects of the services themselves: empty, or a test must fail. */
  defects(): readonly Error[];
  close(): Promise<void>;
}

/** Starts everything that keyless signing needs. */
export async function startSigstore(options: SigstoreOptions = {}): Promise<Sigstore> {
  const { now = Date.now } = options;
  const issuer = await startOidcIssuer({ now, claims: options.claims });
  const [fulcio, rekor, rekorV1, tsa, github] = await Promise.all([
    startFulcio({ now, issuer }),
    startRekor({ ...options.rekor, now, version: 2 }),
    startRekor({ now, version: 1 }),
    startTimestampAuthority({ fraction: options.fraction, ...options.tsa, now }),
    startGitHubAttestations(options.github),
  ]);
  const services = { issuer, fulcio, rekor, rekorV1, tsa, github };
  const begin = now() - 3_600_000;
  const write = (version: TrustedRootVersion, start = begin): JsonObject =>
    writeTrustedRoot(
      {
        authorities: [{ chain: fulcio.authority.chain, uri: fulcio.url }],
        timestampAuthorities: [{ chain: tsa.chain, uri: tsa.timestampUrl }],
        logs: [rekor.signer, rekorV1.signer],
        ctLogs: [fulcio.ctLog],
        start,
      },
      version,
    );
  return {
    ...services,
    urls: {
      issuer: issuer.url,
      fulcio: fulcio.url,
      rekor: rekor.url,
      rekorV1: rekorV1.url,
      tsa: tsa.timestampUrl,
      github: github.url,
    },
    env: issuer.env,
    trustedRoot: write('0.1'),
    writeTrustedRoot: write,
    lines: () =>
      Object.entries(services).flatMap(([name, { log }]) => log.lines().map((line) => `${name} ${line}`)),
    defects: () => Object.values(services).flatMap(({ defects }) => defects),
    close: async () => {
      await Promise.all(Object.values(services).map((service) => service.close()));
    },
  };
}
