import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Digest,
  field,
  isJsonObject,
  type JsonObject,
  MANIFEST_TYPES,
} from '@artifact-lifecycle/registry';
import type { StoredImage } from '../../image/stored-image.ts';
import type { Quota, RetentionService, ServiceAbilities, ServiceOptions } from '../retention-service.ts';
import { type EcrClient, isEcrException } from './ecr-client.ts';
import { readEcrImage, unexpectedEcr } from './ecr-image.ts';
import { EcrManifests, readFailures } from './ecr-manifests.ts';

/** `DescribeImages` and `DescribeRepositories` give so many at a time (API reference). */
const PAGE_SIZE = 1000;

/** ECR keeps 100,000 images in a repository; its pages may be short. */
const MAX_PAGES = 5000;

/** What Amazon ECR can do. Referrers follow their subject within 24 hours (User Guide, "Lifecycle policies"). */
const ABILITIES: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: true,
  tellsSubjects: true,
  untag: 'native',
  restore: 'none',
  transition: true,
  cascades: ['referrers'],
};

/** One repository of Amazon ECR (API reference, version 2015-09-21). */
export class EcrService implements RetentionService {
  readonly target: string;
  readonly abilities = ABILITIES;
  readonly #client: EcrClient;
  readonly #repository: string;
  readonly #manifests: EcrManifests;

  constructor(client: EcrClient, repository: string, target: string) {
    this.#client = client;
    this.#repository = repository;
    this.target = target;
    this.#manifests = new EcrManifests((imageIds, options) =>
      this.#call('BatchGetImage', { imageIds, acceptedMediaTypes: MANIFEST_TYPES }, options),
    );
  }

  async list(options: ServiceOptions = {}): Promise<readonly StoredImage[]> {
    // Without a filter those that are archived are left out.
    const input = { repositoryName: this.#repository, filter: { tagStatus: 'ANY', imageStatus: 'ANY' } };
    const details = await readEcrPages(this.#client, 'DescribeImages', 'imageDetails', input, options);
    const images = new Map(details.map(readEcrImage).map((image) => [image.id, image]));
    const sorted = [...images.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#manifests.expect(sorted);
    return sorted;
  }

  async look(
    { id }: Pick<StoredImage, 'id'>,
    options: ServiceOptions = {},
  ): Promise<StoredImage | undefined> {
    try {
      const answer = await this.#call('DescribeImages', { imageIds: [{ imageDigest: id }] }, options);
      const [detail] = listAt(answer, 'imageDetails');
      return detail === undefined ? undefined : readEcrImage(detail);
    } catch (error) {
      if (isEcrException(error, 'ImageNotFoundException')) return undefined;
      throw error;
    }
  }

  fetchManifest(digest: Digest, options: ServiceOptions = {}): Promise<Uint8Array | undefined> {
    return this.#manifests.fetch(digest, options);
  }

  async delete({ id }: StoredImage, options: ServiceOptions = {}): Promise<'deleted' | 'gone'> {
    return this.#deleteOne({ imageDigest: id }, options);
  }

  /** By its tag ECR takes the tag alone, while the image has another. */
  async untag(image: StoredImage, tag: string, options: ServiceOptions = {}): Promise<void> {
    const now = await this.look(image, options);
    if (now === undefined || !now.tags.includes(tag)) return;
    if (now.tags.length === 1) {
      throw new SuiteError(
        'UNSUPPORTED',
        `${tag} is the last tag of ${image.id} in ${this.target}: the image would go with it.`,
      );
    }
    await this.#deleteOne({ imageTag: tag }, options);
  }

  async restore(): Promise<'restored' | 'there'> {
    throw new SuiteError('UNSUPPORTED', `Amazon ECR brings nothing back that was deleted: ${this.target}.`, {
      remedy: 'Push the images again; the audit file has their digests and tags.',
    });
  }

  async transition({ id }: StoredImage, _to: 'archive', options: ServiceOptions = {}): Promise<void> {
    const input = { imageId: { imageDigest: id }, targetStorageClass: 'ARCHIVE' };
    await this.#call('UpdateImageStorageClass', input, options);
  }

  quota(): Quota | undefined {
    return undefined;
  }

  async #deleteOne(imageId: JsonObject, options: ServiceOptions): Promise<'deleted' | 'gone'> {
    const answer = await this.#call('BatchDeleteImage', { imageIds: [imageId] }, options);
    const [failure] = readFailures(answer);
    if (failure === undefined)
      return listAt(answer, 'imageIds').length > 0 ? 'deleted' : this.#refuseSilence(imageId);
    if (failure.code === 'ImageNotFound') return 'gone';
    const which = Object.values(imageId).join();
    throw new SuiteError(
      failure.code === 'ImageReferencedByManifestList' ? 'UNSUPPORTED' : 'UNREACHABLE',
      `Amazon ECR did not delete ${which} of ${this.target}: ${failure.code} (${failure.reason}).`,
      { remedy: 'Run it again; an index goes before its images.' },
    );
  }

  #refuseSilence(imageId: JsonObject): never {
    throw unexpectedEcr(`word about the deletion of ${Object.values(imageId).join()}`);
  }

  #call(operation: string, input: JsonObject, options: ServiceOptions): Promise<JsonObject> {
    return this.#client.call(operation, { repositoryName: this.#repository, ...input }, options);
  }
}

/** Names of all repositories of a registry, sorted. */
export async function listEcrRepositories(
  client: EcrClient,
  options: ServiceOptions = {},
): Promise<readonly string[]> {
  const found = await readEcrPages(client, 'DescribeRepositories', 'repositories', {}, options);
  const names = found.map((repository) => {
    const name = isJsonObject(repository) ? field(repository, 'repositoryName') : undefined;
    if (typeof name !== 'string') throw unexpectedEcr('repository');
    return name;
  });
  return [...new Set(names)].sort();
}

async function readEcrPages(
  client: EcrClient,
  operation: string,
  key: string,
  input: JsonObject,
  options: ServiceOptions,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const seen = new Set<unknown>();
  let nextToken: unknown;
  do {
    const page = { ...input, maxResults: PAGE_SIZE, ...(nextToken !== undefined && { nextToken }) };
    const answer = await client.call(operation, page, options);
    items.push(...listAt(answer, key));
    nextToken = field(answer, 'nextToken');
    if (seen.has(nextToken) || seen.size > MAX_PAGES) throw unexpectedEcr('list that comes to an end');
    seen.add(nextToken);
  } while (nextToken !== undefined);
  return items;
}

function listAt(answer: JsonObject, key: string): readonly unknown[] {
  const list = field(answer, key);
  if (!Array.isArray(list)) throw unexpectedEcr('list');
  return list;
}
