import { type Digest, mapInParallel, type Registry, type Repository } from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';
import { AnswerObject, unexpectedAnswer } from './rest/answer-object.ts';
import { FinalService, fetchManifestBytes } from './rest/final-service.ts';
import type { RestAnswer, RestApi } from './rest/rest-api.ts';
import type { RetentionService, ServiceAbilities, ServiceOptions } from './retention-service.ts';

const KIND = 'Harbor';

/** Harbor takes no more. */
const PAGE_SIZE = 100;
const CONCURRENCY = 4;

/** A list that changes as often as this while it is read does not come to rest. */
const MAX_READINGS = 5;

/**
 * What Harbor can do. Its list leaves out platform images of an index and accessories (signatures, SBOMs): they go with
 * what they belong to.
 */
const ABILITIES: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: true,
  untag: 'native',
  restore: 'none',
  transition: false,
  cascades: ['children', 'referrers'],
};

/** What a user or robot needs, for remedies. */
export const HARBOR_PERMISSION =
  'Give a robot account that may list, read and delete artifacts and delete tags of the project, in the input "registries".';

/** One repository of Harbor (API v2.0, "artifact"). */
export class HarborService extends FinalService implements RetentionService {
  readonly target: string;
  readonly abilities = ABILITIES;
  protected readonly kind = KIND;
  readonly #api: RestApi;
  readonly #registry: Registry;
  readonly #path: string;

  constructor(api: RestApi, registry: Registry, repository: Repository, target: string) {
    super();
    this.target = target;
    this.#api = api;
    this.#registry = registry;
    const [project = '', ...rest] = repository.name.split('/');
    // Harbor decodes the name twice, so that a slash in it does not end it.
    const name = encodeURIComponent(encodeURIComponent(rest.join('/')));
    this.#path = `/api/v2.0/projects/${encodeURIComponent(project)}/repositories/${name}/artifacts`;
  }

  async list(options: ServiceOptions = {}): Promise<readonly StoredImage[]> {
    for (let reading = 1; ; reading += 1) {
      const { images, total } = await this.#listOnce(options);
      if (images.length === total) return images;
      if (reading === MAX_READINGS)
        throw unexpectedAnswer(KIND, `list of ${total} images, but of ${images.length}`);
    }
  }

  async look(
    { id }: Pick<StoredImage, 'id'>,
    options: ServiceOptions = {},
  ): Promise<StoredImage | undefined> {
    const path = `${this.#path}/${id}?with_tag=true`;
    const doing = `look at ${id} of ${this.target}`;
    const answer = await this.#api.ask({ ...options, method: 'GET', path, doing });
    return answer === undefined ? undefined : readArtifact(answer.data);
  }

  fetchManifest(digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> {
    return fetchManifestBytes(this.#registry, digest, options);
  }

  async delete({ id }: StoredImage, options: ServiceOptions = {}): Promise<'deleted' | 'gone'> {
    const doing = `delete ${id} of ${this.target}`;
    const answer = await this.#api.ask({ ...options, method: 'DELETE', path: `${this.#path}/${id}`, doing });
    return answer === undefined ? 'gone' : 'deleted';
  }

  async untag({ id }: StoredImage, tag: string, options: ServiceOptions = {}): Promise<void> {
    const path = `${this.#path}/${id}/tags/${encodeURIComponent(tag)}`;
    await this.#api.ask({
      ...options,
      method: 'DELETE',
      path,
      doing: `take ${tag} from ${id} of ${this.target}`,
    });
  }

  /** The first page says how many there are, the others come in parallel. */
  async #listOnce(
    options: ServiceOptions,
  ): Promise<{ readonly images: readonly StoredImage[]; readonly total: number }> {
    const read = async (page: number, signal: AbortSignal | undefined): Promise<RestAnswer> => {
      const query = `page=${page}&page_size=${PAGE_SIZE}&with_tag=true&with_immutable_status=true&sort=push_time`;
      const path = `${this.#path}?${query}`;
      return this.#api.get({ signal, path, doing: `list the images of ${this.target}` });
    };
    const first = await read(1, options.signal);
    const total = Number(first.headers['x-total-count'] ?? Number.NaN);
    if (!Number.isSafeInteger(total) || total < 0) throw unexpectedAnswer(KIND, 'count of images');
    const numbers = Array.from({ length: Math.max(0, Math.ceil(total / PAGE_SIZE) - 1) }, (_, at) => at + 2);
    const rest = await mapInParallel(numbers, CONCURRENCY, options.signal, read);
    const images = new Map<string, StoredImage>();
    for (const { data } of [first, ...rest]) {
      if (!Array.isArray(data)) throw unexpectedAnswer(KIND, 'list of images');
      for (const artifact of data.map(readArtifact)) images.set(artifact.id, artifact);
    }
    return { images: [...images.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), total };
  }
}

/** Names of all repositories of a project, with it: `acme/app`. */
export async function listHarborRepositories(
  api: RestApi,
  project: string,
  options: ServiceOptions = {},
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let page = 1; ; page += 1) {
    const path = `/api/v2.0/projects/${encodeURIComponent(project)}/repositories?page=${page}&page_size=${PAGE_SIZE}`;
    const { data } = await api.get({ ...options, path, doing: `list the repositories of ${project}` });
    if (!Array.isArray(data)) throw unexpectedAnswer(KIND, 'list of repositories');
    const before = names.size;
    for (const one of data) names.add(new AnswerObject(one, KIND).name('name'));
    if (data.length < PAGE_SIZE || names.size === before) return [...names].sort();
  }
}

function readArtifact(data: unknown): StoredImage {
  const artifact = new AnswerObject(data, KIND);
  const digest = artifact.digest('digest');
  const tags = artifact.objects('tags');
  const type = artifact.text('artifact_type');
  return {
    id: digest,
    digest,
    tags: tags.map((tag) => tag.name('name')).sort(),
    pushedAt: artifact.time('push_time') ?? 0,
    pulledAt: artifact.time('pull_time'),
    size: artifact.number('size'),
    mediaType: artifact.text('manifest_media_type'),
    artifactType: type?.includes('.config.') || type?.includes('.container.image.') ? undefined : type,
    isLocked: tags.some((tag) => tag.isTrue('immutable')),
  };
}
