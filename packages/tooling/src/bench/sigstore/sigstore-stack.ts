import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClaimChanges,
  CODE_SIGNING,
  makeAuthority,
  type OidcIssuer,
  startCtLog,
  startOidcIssuer,
  validityAround,
  writeTrustedRoot,
} from '@artifact-lifecycle/testing';
import { startFulcioProgram, startRekorProgram, startTimestampProgram } from './services.ts';

/** The programs of Sigstore, by the names that `go install` gives them: `posix` is Rekor v2 on files. */
export const SIGSTORE_PROGRAMS = ['fulcio', 'posix', 'timestamp-server'] as const;

export type SigstorePrograms = Readonly<Record<(typeof SIGSTORE_PROGRAMS)[number], string>>;

/** Sigstore's own services on loopback, with an issuer of tokens that answers as GitHub's does. */
export interface SigstoreStack {
  readonly issuer: OidcIssuer;
  readonly urls: {
    readonly issuer: string;
    readonly fulcio: string;
    readonly rekor: string;
    /** With its path. */
    readonly tsa: string;
  };
  /** What a job with `id-token: write` finds in its environment. */
  readonly env: OidcIssuer['env'];
  /** `trusted_root.json`, as document and as file. */
  readonly trustedRoot: Readonly<Record<string, unknown>>;
  readonly trustedRootFile: string;
  /** For cosign: which services to sign with. */
  readonly signingConfigFile: string;
  /** The same without a log and without timestamps: for keys. */
  readonly offlineConfigFile: string;
  /** Inputs of sign-attest that name these services. */
  readonly inputs: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface StackOptions {
  readonly programs: SigstorePrograms;
  /** An empty directory of its own. */
  readonly directory: string;
  /** Claims of the job whose tokens the issuer gives out. */
  readonly claims?: ClaimChanges | undefined;
}

/** A day ago: everything here is younger. */
const EARLIER = 86_400_000;

/**
 * Starts all services, and resolves when each is well.
 *
 * @throws Error with what a service printed, when it does not start
 */
export async function startSigstoreStack({
  programs,
  directory,
  claims,
}: StackOptions): Promise<SigstoreStack> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  const keep = <Running>(running: Running, end: (running: Running) => Promise<void>): Running => {
    ends.push(() => end(running));
    return running;
  };
  try {
    const start = Date.now() - EARLIER;
    const authority = makeAuthority('local.test', CODE_SIGNING, validityAround(Date.now()));
    const issuer = keep(await startOidcIssuer({ claims }), (running) => running.close());
    const ctLog = keep(await startCtLog(), (running) => running.close());
    const stop = ({ server }: { readonly server: { stop(): Promise<void> } }): Promise<void> => server.stop();
    const parts = { authority, issuer, ctLog };
    const fulcio = keep(await startFulcioProgram(programs.fulcio, join(directory, 'fulcio'), parts), stop);
    const rekor = keep(await startRekorProgram(programs.posix, join(directory, 'rekor')), stop);
    const tsa = keep(await startTimestampProgram(programs['timestamp-server']), stop);
    const tsaUrl = `${tsa.url}/api/v1/timestamp`;
    const trustedRoot = writeTrustedRoot({
      authorities: [{ chain: authority.chain, uri: fulcio.url }],
      timestampAuthorities: [{ chain: await fetchChain(`${tsaUrl}/certchain`), uri: tsaUrl }],
      logs: [rekor.signer],
      ctLogs: [ctLog.ctLog],
      start,
    });
    const urls = { issuer: issuer.url, fulcio: fulcio.url, rekor: rekor.url, tsa: tsaUrl };
    const write = async (name: string, document: unknown): Promise<string> => {
      const file = join(directory, name);
      await writeFile(file, JSON.stringify(document));
      return file;
    };
    const trustedRootFile = await write('trusted_root.json', trustedRoot);
    return {
      issuer,
      urls,
      env: issuer.env,
      trustedRoot,
      trustedRootFile,
      signingConfigFile: await write('signing_config.json', signingConfig(urls, start)),
      offlineConfigFile: await write('offline_config.json', signingConfig({}, start)),
      inputs: {
        'fulcio-url': urls.fulcio,
        'rekor-url': urls.rekor,
        'rekor-version': '2',
        'tsa-url': urls.tsa,
        'trusted-root': trustedRootFile,
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Writes a `SigningConfig` v0.2 in protobuf's JSON; services that have no address are left out. */
function signingConfig(urls: Partial<SigstoreStack['urls']>, start: number): unknown {
  const service = (url: string | undefined, majorApiVersion: number): readonly unknown[] =>
    url === undefined
      ? []
      : [
          {
            url,
            majorApiVersion,
            validFor: { start: new Date(start).toISOString() },
            operator: 'local.test',
          },
        ];
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: service(urls.fulcio, 1),
    oidcUrls: service(urls.issuer, 1),
    rekorTlogUrls: service(urls.rekor, 2),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: service(urls.tsa, 1),
    tsaConfig: { selector: 'ANY' },
  };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g;

async function fetchChain(url: string): Promise<readonly Buffer[]> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return [...(await answer.text()).matchAll(CERTIFICATE)].map(([, text = '']) => Buffer.from(text, 'base64'));
}
