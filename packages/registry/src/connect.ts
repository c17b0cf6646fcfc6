import type { Clock } from '@artifact-lifecycle/core';
import {
  createHttpClient,
  describeTrace,
  type HttpClient,
  type HttpClientOptions,
  type HttpTraceEvent,
} from '@artifact-lifecycle/core/http';
import type { Registries } from '@artifact-lifecycle/core/policy';
import type { CredentialSource } from './auth/credentials.ts';
import { dockerSource, machineEnvironment } from './auth/docker-source.ts';
import { githubSource } from './auth/github-source.ts';
import { settingsSource } from './auth/settings-source.ts';
import { CloudLogins } from './cloud/cloud-logins.ts';
import { type Connections, createConnections } from './remote/connections.ts';
import { registryUrl } from './remote/host-address.ts';

/** A run, as far as its connections ask: what it is told, and who listens. */
export interface ConnectContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: {
    /** Told of every password and token before its first use. */
    mask(secret: string): void;
    /** Hears what a registry warns of, each text once. */
    warning(text: string): void;
    /** Hears each request as one line without secrets. */
    debug(text: string): void;
  };
  /**
   * Gives a token of OpenID Connect that says who runs this; registries of clouds are logged in to with it. Absent
   * where nobody gives any.
   *
   * @throws SuiteError `PERMISSION_MISSING`, `UNREACHABLE`
   */
  requestIdToken?(audience: string): Promise<string>;
}

/** What a run knows about the registries it will speak to. */
export interface ConnectOptions {
  /** Who is asking, for the logs of servers: `promote`. */
  readonly action: string;
  /** Settings by host, of the policy file and the input `registries`. */
  readonly registries: Registries;
  /** The workflow's token; it goes to GitHub's own registry only. */
  readonly githubToken: string | undefined;
  readonly context: ConnectContext;
  /** Where the client's defaults, which suit registries and large blobs, do not. */
  readonly limits?: Pick<HttpClientOptions, 'timeouts' | 'concurrency'> | undefined;
}

/** Connections, and the HTTP client below them: its counts are the run's, and it is closed at the end. */
export interface ConnectedRegistries {
  readonly connections: Connections;
  readonly http: HttpClient;
  /** For the APIs that clouds have beside their registries. */
  readonly clouds: CloudLogins;
}

/** Services of the machine itself answer at once, or are not there. */
const LOCAL_TIMEOUTS = { connect: 1_000, headers: 5_000 };

/**
 * Connects a run to whatever registries it will name. Credentials are looked for in the order of the contract
 * ("Every action"): `registries` (also an identity of a cloud that they name for the host), docker's configuration,
 * the GitHub token for GitHub's own registry, what the environment has for a cloud, nobody.
 *
 * @throws SuiteError `INPUT_INVALID` where a `ca-file` cannot be read.
 */
export function connectRegistries(options: ConnectOptions): ConnectedRegistries {
  const { action, registries, limits, context } = options;
  const { env: environment, clock, log } = context;
  const userAgent = `artifact-lifecycle/${action}`;
  const trace = (event: HttpTraceEvent): void => log.debug(describeTrace(event));
  const http = createHttpClient({
    userAgent,
    clock,
    environment,
    ...limits,
    certificates: { hosts: certificateFiles(registries) },
    trace,
  });
  const clouds = new CloudLogins(
    {
      http,
      openDirectHttp: () =>
        createHttpClient({ userAgent, clock, environment: {}, timeouts: LOCAL_TIMEOUTS, trace }),
      environment,
      clock,
      onSecret: (secret) => log.mask(secret),
      onWarning: (warning) => log.warning(warning),
      requestIdToken: context.requestIdToken?.bind(context),
    },
    registries,
  );
  const credentials = [
    settingsSource(revealCredentials(registries)),
    clouds.named,
    dockerSource(machineEnvironment(environment)),
    ...githubSources(options),
    clouds.ambient,
  ];
  return {
    http,
    clouds,
    connections: createConnections({
      http,
      credentials,
      settings: registries,
      clock,
      onSecret: (secret) => log.mask(secret),
      onWarning: (warning) => log.warning(warning),
    }),
  };
}

function githubSources({ githubToken, context: { env } }: ConnectOptions): readonly CredentialSource[] {
  if (githubToken === undefined) return [];
  const serverUrl = env['GITHUB_SERVER_URL'] || 'https://github.com';
  return [githubSource({ token: githubToken, serverUrl, actor: env['GITHUB_ACTOR'] })];
}

function revealCredentials(registries: Registries): Parameters<typeof settingsSource>[0] {
  return new Map(
    [...registries].map(([host, { username, password, token }]) => [
      host,
      { username, password: password?.reveal(), token: token?.reveal() },
    ]),
  );
}

/** By the host that is dialled, which for Docker Hub is not the one it is named by. */
function certificateFiles(registries: Registries): ReadonlyMap<string, string> {
  return new Map(
    [...registries].flatMap(([host, { caFile, plainHttp }]) =>
      caFile === undefined ? [] : [[registryUrl(host, plainHttp).host, caFile] as const],
    ),
  );
}
