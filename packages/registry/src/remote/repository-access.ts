import type { SuiteError } from '@artifact-lifecycle/core';
import type { HttpResponse } from '@artifact-lifecycle/core/http';
import { type Action, type Scopes, scopeOf } from '../auth/scope.ts';
import type { Repository } from '../name/location.ts';
import type { ReferrersApi } from './referrers-api.ts';
import { type Purpose, registryError, unexpectedContent } from './registry-error.ts';
import type { RegistryAnswer, RegistryHost, RegistryRequest } from './registry-host.ts';

/** A request within one repository. */
export type RepositoryRequest = Omit<RegistryRequest, 'repository'>;

/** One repository at its registry: its paths, its scopes, its errors. */
export class RepositoryAccess {
  readonly host: RegistryHost;
  readonly repository: Repository;

  constructor(host: RegistryHost, repository: Repository) {
    this.host = host;
    this.repository = repository;
  }

  /** What is known of its referrers API. */
  get referrersApi(): ReferrersApi {
    return this.host.memory.referrersApiOf(this.repository);
  }

  /** A path of the distribution API: `manifests/1.2.3` is `/v2/acme/app/manifests/1.2.3`. */
  path(suffix: string): string {
    return `/v2/${this.repository.name}/${suffix}`;
  }

  /** What a token for this repository may do. */
  scopes(...actions: readonly Action[]): Scopes {
    return scopeOf(this.repository.name, ...actions);
  }

  send(request: RepositoryRequest): Promise<HttpResponse> {
    return this.host.send({ ...request, repository: this.repository });
  }

  read(request: RepositoryRequest, limit: number, what: string): Promise<RegistryAnswer> {
    return this.host.read({ ...request, repository: this.repository }, limit, what);
  }

  /** The error for an answer that refuses; reads its body. `doing` is an infinitive with its object. */
  async refusal(response: HttpResponse, doing: string, writes = false): Promise<SuiteError> {
    return registryError(response, await this.purpose(doing, writes));
  }

  /** The error for an answer that is of another kind than the protocol's. */
  async oddity(answer: RegistryAnswer, doing: string, wanted: string): Promise<SuiteError> {
    return unexpectedContent(answer.response, answer.bytes, await this.purpose(doing, false), wanted);
  }

  async purpose(doing: string, writes: boolean): Promise<Purpose> {
    const { host, repository } = this;
    return { repository, doing, writes, kind: host.kind, origin: await host.originOf(repository) };
  }
}
