import { type Clock, systemClock } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import type { CredentialSource, FoundCredentials, SecretListener } from '../auth/credentials.ts';
import { createKeychain, type Keychain } from '../auth/keychain.ts';
import { TokenCache } from '../auth/token-cache.ts';
import type { Repository } from '../name/location.ts';
import { Batches } from './batches.ts';
import { registryUrl } from './host-address.ts';
import { kindOfHost } from './quirks/kind.ts';
import type { ListChange } from './referrers-tag.ts';
import { RegistryHost } from './registry-host.ts';
import { RemoteRegistry } from './remote-registry.ts';

/** What is told about one registry host, besides credentials. */
export interface HostSettings {
  /** Plain HTTP in place of HTTPS; by default only for loopback hosts. */
  readonly plainHttp?: boolean | undefined;
  /** What kind of registry it is, where its name does not tell. */
  readonly kind?: RegistryKind | undefined;
}

/** What connections to registries are made of. */
export interface ConnectionOptions {
  readonly http: HttpClient;
  /** Places to look for credentials, in order. */
  readonly credentials: readonly CredentialSource[];
  /** By host, as references name it. */
  readonly settings?: ReadonlyMap<string, HostSettings>;
  readonly clock?: Clock;
  /** Told of passwords and tokens before their first use. */
  readonly onSecret?: SecretListener;
  /** Hears what registries warn of (distribution-spec, "Warnings"), each warning once. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * The connections of one run: hosts, challenges, tokens and limits are shared by all repositories opened over
 * them.
 */
export class Connections {
  readonly #http: HttpClient;
  readonly #settings: ReadonlyMap<string, HostSettings>;
  readonly #clock: Clock;
  readonly #keychain: Keychain;
  readonly #tokens: TokenCache;
  readonly #onWarning: ((warning: string) => void) | undefined;
  readonly #hosts = new Map<string, RegistryHost>();
  readonly #listChanges = new Batches<ListChange>();

  constructor(options: ConnectionOptions) {
    const onSecret = options.onSecret ?? (() => {});
    this.#http = options.http;
    this.#settings = options.settings ?? new Map();
    this.#clock = options.clock ?? systemClock;
    this.#onWarning = options.onWarning;
    this.#keychain = createKeychain(options.credentials, { clock: this.#clock, onSecret });
    this.#tokens = new TokenCache({ http: options.http, clock: this.#clock, onSecret });
  }

  /** The repository at its registry. */
  open(repository: Repository): RemoteRegistry {
    return new RemoteRegistry(repository, {
      host: this.#hostOf(repository.host),
      clock: this.#clock,
      listChanges: this.#listChanges,
    });
  }

  /** Who asks for a repository, for APIs that its host has beside the distribution's. */
  credentialsFor(repository: Repository): Promise<FoundCredentials> {
    return this.#keychain.credentialsFor(repository);
  }

  /** Where a host is dialled. */
  urlOf(host: string): URL {
    return registryUrl(host, this.#settings.get(host)?.plainHttp);
  }

  #hostOf(host: string): RegistryHost {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const opened = new RegistryHost({
      host,
      kind: kindOfHost(host, this.#settings.get(host)?.kind),
      base: this.urlOf(host),
      http: this.#http,
      keychain: this.#keychain,
      tokens: this.#tokens,
      onWarning: this.#onWarning,
    });
    this.#hosts.set(host, opened);
    return opened;
  }
}

/** Makes the connections of one run. */
export function createConnections(options: ConnectionOptions): Connections {
  return new Connections(options);
}
