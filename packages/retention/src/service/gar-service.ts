import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import {
  type Credentials,
  type Digest,
  type Registry,
  type Repository,
  tryParseDigest,
} from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';
import { AnswerObject, unexpectedAnswer } from './rest/answer-object.ts';
import { FinalService, fetchManifestBytes } from './rest/final-service.ts';
import type { RestApi } from './rest/rest-api.ts';
import type { RetentionService, ServiceAbilities, ServiceOptions } from './retention-service.ts';

const KIND = 'Google Artifact Registry';

/** Where its API is, for all locations. */
export const GAR_API = new URL('https://artifactregistry.googleapis.com/');

/** What these credentials need, for remedies. */
export const GAR_PERMISSION =
  'Give the service account the role Artifact Registry Repository Administrator on the repository.';

const PAGE_SIZE = 1000;

/** A million versions. */
const MAX_PAGES = 1000;

/** A deletion is an operation that takes its time: mostly less than a second. */
const WAITS = [200, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** google.rpc.Code */
const NOT_FOUND = 5;

/** What Artifact Registry can do. It deletes no manifest that an index still holds. */
const ABILITIES: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: false,
  untag: 'native',
  restore: 'none',
  transition: false,
  cascades: [],
};

/** `LOCATION-docker.pkg.dev`, with the location. */
export function garLocation(host: string): string | undefined {
  return /^([a-z0-9-]+)-docker\.pkg\.dev$/.exec(host)?.[1];
}

/** The API takes access tokens: that which docker is logged in with as `oauth2accesstoken`, or one of the settings. */
export function garAuthorization(credentials: Credentials): string {
  if (credentials.kind === 'bearer') return `Bearer ${credentials.token}`;
  if (credentials.kind === 'basic' && credentials.username === 'oauth2accesstoken') {
    return `Bearer ${credentials.password}`;
  }
  throw new SuiteError('UNAUTHORIZED', `${KIND} wants an access token, and there is none for its host.`, {
    remedy:
      'Give the host gcp-workload-identity-provider in "registries", or run google-github-actions/auth before this step.',
  });
}

/** One image of Artifact Registry: its versions (REST API v1, `projects.locations.repositories.packages.versions`). */
export class GarService extends FinalService implements RetentionService {
  readonly target: string;
  readonly abilities = ABILITIES;
  protected readonly kind = KIND;
  readonly #api: RestApi;
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #package: string;

  constructor(api: RestApi, registry: Registry, repository: Repository, target: string, clock: Clock) {
    super();
    this.#api = api;
    this.#registry = registry;
    this.#clock = clock;
    this.target = target;
    const [project, name, ...image] = repository.name.split('/');
    if (project === undefined || name === undefined || image.length === 0) {
      throw new SuiteError(
        'INPUT_INVALID',
        `${target} names no image: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE.`,
      );
    }
    const parent = `projects/${project}/locations/${garLocation(repository.host)}/repositories/${name}`;
    this.#package = `/v1/${parent}/packages/${encodeURIComponent(image.join('/'))}`;
  }

  async list({ signal }: ServiceOptions = {}): Promise<readonly StoredImage[]> {
    const images = new Map<string, StoredImage>();
    let token = '';
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const after: string = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
      const path = `${this.#package}/versions?pageSize=${PAGE_SIZE}&view=FULL${after}`;
      const { data } = await this.#api.get({ signal, path, doing: `list the versions of ${this.target}` });
      const answer = new AnswerObject(data, KIND);
      for (const image of answer.objects('versions').map(readVersion)) images.set(image.id, image);
      token = answer.text('nextPageToken') ?? '';
      if (token === '') return [...images.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    }
    throw unexpectedAnswer(KIND, 'list that comes to an end');
  }

  async look(
    { id }: Pick<StoredImage, 'id'>,
    { signal }: ServiceOptions = {},
  ): Promise<StoredImage | undefined> {
    const path = `${this.#package}/versions/${id}?view=FULL`;
    const answer = await this.#api.ask({
      method: 'GET',
      signal,
      path,
      doing: `look at ${id} of ${this.target}`,
    });
    return answer === undefined ? undefined : readVersion(new AnswerObject(answer.data, KIND));
  }

  fetchManifest(digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> {
    return fetchManifestBytes(this.#registry, digest, options);
  }

  /** With its tags; without `force` a version that has some stays. */
  async delete({ id }: StoredImage, { signal }: ServiceOptions = {}): Promise<'deleted' | 'gone'> {
    const path = `${this.#package}/versions/${id}?force=true`;
    const doing = `delete ${id} of ${this.target}`;
    const answer = await this.#api.ask({ method: 'DELETE', signal, path, doing });
    if (answer === undefined) return 'gone';
    return this.#awaitOperation(new AnswerObject(answer.data, KIND), doing, signal);
  }

  async untag(_image: StoredImage, tag: string, { signal }: ServiceOptions = {}): Promise<void> {
    const path = `${this.#package}/tags/${encodeURIComponent(tag)}`;
    await this.#api.ask({
      method: 'DELETE',
      signal,
      path,
      doing: `take the tag ${tag} away in ${this.target}`,
    });
  }

  async #awaitOperation(
    begun: AnswerObject,
    doing: string,
    signal: AbortSignal | undefined,
  ): Promise<'deleted' | 'gone'> {
    let operation = begun;
    for (const wait of WAITS) {
      if (operation.isTrue('done')) return this.#readOutcome(operation, doing);
      await this.#clock.sleep(wait, signal);
      const name = operation.name('name').split('/').map(encodeURIComponent).join('/');
      const { data } = await this.#api.get({ signal, path: `/v1/${name}`, doing });
      operation = new AnswerObject(data, KIND);
    }
    if (operation.isTrue('done')) return this.#readOutcome(operation, doing);
    throw new SuiteError('UNREACHABLE', `${KIND} did not come to an end with the wish to ${doing}.`);
  }

  #readOutcome(operation: AnswerObject, doing: string): 'deleted' | 'gone' {
    const error = operation.object('error');
    const code = error.number('code') ?? 0;
    if (code === 0) return 'deleted';
    if (code === NOT_FOUND) return 'gone';
    const said = (error.text('message') ?? '').slice(0, 200).replace(/\.$/, '');
    throw new SuiteError('UNSUPPORTED', `${KIND} refused the wish to ${doing}: ${said} (${code}).`, {
      remedy: 'Run it again; an index goes before its images.',
    });
  }
}

function readVersion(version: AnswerObject): StoredImage {
  const digest = tryParseDigest(version.name('name').split('/').at(-1) ?? '');
  if (digest === undefined) throw unexpectedAnswer(KIND, 'version with a digest');
  const metadata = version.object('metadata');
  const tags = version.objects('relatedTags').map((tag) => tag.name('name').split('/').at(-1) ?? '');
  return {
    id: digest,
    digest,
    tags: tags.sort(),
    pushedAt: version.time('createTime') ?? 0,
    updatedAt: version.time('updateTime'),
    size: metadata.number('imageSizeBytes'),
    mediaType: metadata.text('mediaType'),
  };
}
