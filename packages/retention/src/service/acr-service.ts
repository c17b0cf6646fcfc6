import { isSuiteError } from '@artifact-lifecycle/core';
import { type Digest, parseDigest, type RemoteRegistry } from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';
import { AnswerObject, unexpectedAnswer } from './rest/answer-object.ts';
import { FinalService, fetchManifestBytes } from './rest/final-service.ts';
import { type RestAnswer, readAnswer } from './rest/rest-api.ts';
import type { RetentionService, ServiceAbilities, ServiceOptions } from './retention-service.ts';

const KIND = 'Azure Container Registry';

/** As many as `acr purge` asks for at a time. */
const PAGE_SIZE = 100;

/** 500,000 manifests. */
const MAX_PAGES = 5000;

/** What ACR can do; what refers to a manifest goes with it. */
const ABILITIES: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: false,
  untag: 'native',
  restore: 'none',
  transition: false,
  cascades: ['referrers'],
};

const PERMISSION =
  'Give these credentials the role AcrDelete and AcrPull, or a token with metadata/read, content/read and content/delete.';

/** One repository of Azure Container Registry (REST API, "Manifests", "Tag"). */
export class AcrService extends FinalService implements RetentionService {
  readonly target: string;
  readonly abilities = ABILITIES;
  protected readonly kind = KIND;
  readonly #registry: RemoteRegistry;

  constructor(registry: RemoteRegistry, target: string) {
    super();
    this.#registry = registry;
    this.target = target;
  }

  async list(options: ServiceOptions = {}): Promise<readonly StoredImage[]> {
    const images = new Map<string, StoredImage>();
    let last: string | undefined;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const after: string = last === undefined ? '' : `&last=${encodeURIComponent(last)}`;
      const doing = `list the manifests of ${this.target}`;
      const answer = await this.#ask(
        'GET',
        `_manifests?n=${PAGE_SIZE}${after}`,
        ['metadata_read'],
        doing,
        options,
      );
      if (answer === undefined) throw unexpectedAnswer(KIND, 'list of manifests (404)');
      const found = new AnswerObject(answer.data, KIND).objects('manifests').map(readAcrManifest);
      const before = images.size;
      for (const image of found) images.set(image.id, image);
      last = found.at(-1)?.id;
      if (answer.headers['link'] === undefined || last === undefined) {
        return [...images.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      }
      if (images.size === before) throw unexpectedAnswer(KIND, 'list that goes on');
    }
    throw unexpectedAnswer(KIND, 'list that comes to an end');
  }

  async look(
    { id }: Pick<StoredImage, 'id'>,
    options: ServiceOptions = {},
  ): Promise<StoredImage | undefined> {
    const doing = `look at ${id} of ${this.target}`;
    const answer = await this.#ask('GET', `_manifests/${id}`, ['metadata_read'], doing, options);
    return answer === undefined
      ? undefined
      : readAcrManifest(new AnswerObject(answer.data, KIND).object('manifest'));
  }

  fetchManifest(digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> {
    return fetchManifestBytes(this.#registry, digest, options);
  }

  async delete({ id }: StoredImage, options: ServiceOptions = {}): Promise<'deleted' | 'gone'> {
    try {
      await this.#registry.deleteManifest(parseDigest(id, 'image'), options);
      return 'deleted';
    } catch (error) {
      if (isSuiteError(error, 'NOT_FOUND')) return 'gone';
      throw error;
    }
  }

  async untag(_image: StoredImage, tag: string, options: ServiceOptions = {}): Promise<void> {
    const doing = `take the tag ${tag} away in ${this.target}`;
    await this.#ask('DELETE', `_tags/${encodeURIComponent(tag)}`, ['delete'], doing, options);
  }

  async #ask(
    method: 'GET' | 'DELETE',
    suffix: string,
    actions: readonly string[],
    doing: string,
    { signal }: ServiceOptions,
  ): Promise<RestAnswer | undefined> {
    const target = `/acr/v1/${this.#registry.location.name}/${suffix}`;
    const response = await this.#registry.sendOwn({ method, target, actions, signal });
    return readAnswer(response, { service: KIND, permission: PERMISSION, doing });
  }
}

function readAcrManifest(manifest: AnswerObject): StoredImage {
  const digest = manifest.digest('digest');
  const attributes = manifest.object('changeableAttributes');
  return {
    id: digest,
    digest,
    tags: manifest.texts('tags').toSorted(),
    pushedAt: manifest.time('createdTime') ?? 0,
    updatedAt: manifest.time('lastUpdateTime'),
    size: manifest.number('imageSize'),
    mediaType: manifest.text('mediaType'),
    artifactType: manifest.text('artifactType'),
    isLocked: attributes.isFalse('deleteEnabled') || attributes.isFalse('writeEnabled'),
  };
}
