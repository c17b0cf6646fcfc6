import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, readJson } from '@artifact-lifecycle/core/http';
import {
  type Credentials,
  type Digest,
  isIndexType,
  mapInParallel,
  parseDigest,
  type Registry,
  type Repository,
  tryParseDigest,
} from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';
import { AnswerObject, unexpectedAnswer } from './rest/answer-object.ts';
import { FinalService, fetchManifestBytes } from './rest/final-service.ts';
import type { RestAnswer, RestApi } from './rest/rest-api.ts';
import type { RetentionService, ServiceAbilities, ServiceOptions } from './retention-service.ts';

const KIND = 'Docker Hub';

/** Where its API is. */
export const DOCKER_HUB_API = new URL('https://hub.docker.com/');

/** What a token needs, for remedies. */
export const DOCKER_HUB_PERMISSION =
  'Give a user name and a personal access token with Read, Write and Delete for docker.io.';

/** The API gives no more. */
const PAGE_SIZE = 100;
const CONCURRENCY = 4;

const MAX_TOKEN_BYTES = 64 * 1024;

/** What Docker Hub can do. Images without a tag are not listed by its API. */
const ABILITIES: ServiceAbilities = {
  listsUntagged: false,
  tellsPushTime: true,
  tellsPullTime: true,
  untag: 'native',
  restore: 'none',
  transition: false,
  cascades: [],
};

/** One repository of Docker Hub, by its tags (Docker Hub API, "Repositories", "Tags"). */
export class DockerHubService extends FinalService implements RetentionService {
  readonly target: string;
  readonly abilities = ABILITIES;
  protected readonly kind = KIND;
  readonly #api: RestApi;
  readonly #registry: Registry;
  readonly #name: readonly [namespace: string, repository: string];

  constructor(api: RestApi, registry: Registry, { name }: Repository, target: string) {
    super();
    this.#api = api;
    this.#registry = registry;
    this.target = target;
    const [namespace = '', ...rest] = name.split('/');
    this.#name = [encodeURIComponent(namespace), encodeURIComponent(rest.join('/'))];
  }

  async list({ signal }: ServiceOptions = {}): Promise<readonly StoredImage[]> {
    const read = (page: number, signal: AbortSignal | undefined): Promise<RestAnswer> => {
      const [namespace, repository] = this.#name;
      const path = `/v2/namespaces/${namespace}/repositories/${repository}/tags?page=${page}&page_size=${PAGE_SIZE}`;
      return this.#api.get({ signal, path, doing: `list the tags of ${this.target}` });
    };
    const first = await read(1, signal);
    const count = new AnswerObject(first.data, KIND).number('count');
    if (count === undefined) throw unexpectedAnswer(KIND, 'count of tags');
    const numbers = Array.from({ length: Math.max(0, Math.ceil(count / PAGE_SIZE) - 1) }, (_, at) => at + 2);
    const rest = await mapInParallel(numbers, CONCURRENCY, signal, read);
    const tags = new Map<string, AnswerObject>();
    for (const { data } of [first, ...rest]) {
      for (const tag of new AnswerObject(data, KIND).objects('results')) tags.set(tag.name('name'), tag);
    }
    if (tags.size !== count) throw unexpectedAnswer(KIND, `list of ${count} tags, but of ${tags.size}`);
    return joinTags([...tags.values()]);
  }

  async look(
    { id }: Pick<StoredImage, 'id'>,
    options: ServiceOptions = {},
  ): Promise<StoredImage | undefined> {
    return (await this.list(options)).find((image) => image.id === id);
  }

  fetchManifest(digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> {
    return fetchManifestBytes(this.#registry, digest, options);
  }

  /**
   * Its tags by Docker Hub's API, then the manifest by the registry's, which takes what nothing refers to any more and
   * leaves the rest to Docker Hub's own collection.
   */
  async delete(image: StoredImage, options: ServiceOptions = {}): Promise<'deleted' | 'gone'> {
    for (const tag of image.tags) await this.untag(image, tag, options);
    try {
      await this.#registry.deleteManifest(parseDigest(image.id, 'image'), options);
      return 'deleted';
    } catch (error) {
      if (image.tags.length > 0 && isSuiteError(error, 'FORBIDDEN', 'UNSUPPORTED', 'NOT_FOUND'))
        return 'deleted';
      if (isSuiteError(error, 'NOT_FOUND')) return 'gone';
      throw error;
    }
  }

  async untag(_image: StoredImage, tag: string, { signal }: ServiceOptions = {}): Promise<void> {
    const [namespace, repository] = this.#name;
    const path = `/v2/repositories/${namespace}/${repository}/tags/${encodeURIComponent(tag)}/`;
    await this.#api.ask({ method: 'DELETE', signal, path, doing: `delete the tag ${tag} of ${this.target}` });
  }
}

/**
 * Logs in to Docker Hub's API (Docker Hub API, "Create access token"), which takes no password itself.
 *
 * @throws SuiteError `UNAUTHORIZED`
 */
export async function logInToDockerHub(
  http: HttpClient,
  base: URL,
  credentials: Credentials,
  { signal }: ServiceOptions = {},
): Promise<string | undefined> {
  if (credentials.kind === 'bearer') return `Bearer ${credentials.token}`;
  if (credentials.kind !== 'basic') return undefined;
  const body = JSON.stringify({ identifier: credentials.username, secret: credentials.password });
  const response = await http.send({
    method: 'POST',
    url: new URL('/v2/auth/token', base),
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
    signal,
    redirect: 'manual',
  });
  if (response.status !== 200) {
    response.body.destroy();
    throw new SuiteError(
      'UNAUTHORIZED',
      `${KIND} answered ${response.status} to logging in as ${credentials.username}.`,
      {
        remedy: DOCKER_HUB_PERMISSION,
      },
    );
  }
  const data = await readJson(response, MAX_TOKEN_BYTES, `token of ${base.host}`);
  return `Bearer ${new AnswerObject(data, KIND).name('access_token')}`;
}

/** Images are what tags name; a tag of the old kind, without a digest, is passed over: nothing can be said of it. */
function joinTags(tags: readonly AnswerObject[]): readonly StoredImage[] {
  const images = new Map<Digest, StoredImage>();
  for (const tag of tags) {
    const digest = tryParseDigest(tag.text('digest') ?? '');
    if (digest === undefined) continue;
    const known = images.get(digest);
    const times = [known?.pulledAt, tag.time('tag_last_pulled')].filter((time) => time !== undefined);
    const mediaType = tag.text('media_type');
    images.set(digest, {
      id: digest,
      digest,
      tags: [...(known?.tags ?? []), tag.name('name')].sort(),
      // Each tag counts as a push: the newest says how old the image is.
      pushedAt: Math.max(known?.pushedAt ?? 0, tag.time('tag_last_pushed') ?? tag.time('last_updated') ?? 0),
      pulledAt: times.length === 0 ? undefined : Math.max(...times),
      size: tag.number('full_size'),
      // For single images it is the type of their config.
      mediaType: isIndexType(mediaType ?? '') ? mediaType : undefined,
    });
  }
  return [...images.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
