import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestOf } from '@artifact-lifecycle/registry';
import type { StoredImage } from '../../src/image/stored-image.ts';
import type { Quota, RetentionService, ServiceAbilities } from '../../src/service/retention-service.ts';
import { DAY, NOW } from './image.ts';

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

interface StoredManifest {
  readonly id: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  tags: readonly string[];
  pushedAt: number;
  updatedAt: number | undefined;
}

/** An index's entry that is more than a platform. */
export interface ChildOptions {
  readonly artifactType?: string;
  readonly about?: Digest;
}

/** Thrown in the place of a process that is killed. */
export class Killed extends Error {}

/** A registry in memory that knows what would break: who holds whom, by the bytes alone. */
export class FakeRegistry implements RetentionService {
  readonly target = 'ghcr.io/acme/app';
  readonly abilities: ServiceAbilities;
  readonly manifests = new Map<Digest, StoredManifest>();
  readonly log: string[] = [];
  readonly failing = new Map<Digest, SuiteError>();
  readonly undeletable = new Map<Digest, SuiteError>();
  /** Ends after so many requests, as if the process were killed. */
  killAfter = Number.POSITIVE_INFINITY;
  left: number | undefined;
  requests = 0;
  readonly #trash = new Map<string, StoredManifest>();
  #number = 0;

  constructor(abilities: Partial<ServiceAbilities> = {}) {
    this.abilities = {
      listsUntagged: true,
      tellsPushTime: true,
      tellsPullTime: false,
      untag: 'native',
      restore: 'by-service',
      transition: false,
      cascades: [],
      ...abilities,
    };
  }

  /** Puts any document as a manifest. */
  push(content: object, tags: readonly string[], daysAgo: number): Digest {
    const bytes = Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    for (const other of this.manifests.values()) {
      if (other.digest !== digest) other.tags = other.tags.filter((tag) => !tags.includes(tag));
    }
    const before = this.manifests.get(digest);
    this.#number += 1;
    const merged = [...new Set([...(before?.tags ?? []), ...tags])].sort();
    const pushedAt = NOW - daysAgo * DAY;
    if (before === undefined) {
      this.manifests.set(digest, {
        id: String(this.#number),
        digest,
        bytes,
        tags: merged,
        pushedAt,
        updatedAt: undefined,
      });
    } else before.tags = merged;
    return digest;
  }

  image(
    name: string,
    tags: readonly string[],
    daysAgo: number,
    subject?: Digest,
    layers: readonly string[] = [],
  ) {
    const blob = (text: string) => ({
      mediaType: 'application/octet-stream',
      digest: digestOf(Buffer.from(text)),
      size: text.length,
    });
    return this.push(
      {
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        ...(subject === undefined ? {} : { artifactType: 'test/artifact' }),
        config: blob(`config of ${name}`),
        layers: layers.map(blob),
        ...(subject === undefined ? {} : { subject: this.#describe(subject) }),
        annotations: { name },
      },
      tags,
      daysAgo,
    );
  }

  index(
    name: string,
    children: readonly (Digest | (ChildOptions & { readonly digest: Digest }))[],
    tags: readonly string[],
    daysAgo: number,
  ): Digest {
    const manifests = children.map((child) => {
      if (typeof child === 'string') return this.#describe(child);
      const { digest, artifactType, about } = child;
      return {
        ...this.#describe(digest),
        ...(artifactType === undefined ? {} : { artifactType }),
        ...(about === undefined ? {} : { annotations: { 'vnd.docker.reference.digest': about } }),
      };
    });
    const annotations = { name };
    return this.push({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, annotations }, tags, daysAgo);
  }

  #describe(digest: Digest) {
    const bytes = this.manifests.get(digest)?.bytes ?? Buffer.from('{}');
    const mediaType = Buffer.from(bytes).toString().includes(OCI_INDEX) ? OCI_INDEX : OCI_MANIFEST;
    return { mediaType, digest, size: bytes.length };
  }

  #request(what: string): void {
    this.requests += 1;
    if (this.requests > this.killAfter) throw new Killed(`killed at request ${this.killAfter}`);
    this.log.push(what);
    if (this.left !== undefined) {
      if (this.left <= 0) throw new SuiteError('RATE_LIMITED', 'No requests are left.');
      this.left -= 1;
    }
  }

  async list(): Promise<readonly StoredImage[]> {
    for (let page = 0; page === 0 || page * 100 < this.manifests.size; page += 1) this.#request('list');
    return [...this.manifests.values()].map(toImage);
  }

  async look({ id }: Pick<StoredImage, 'id'>): Promise<StoredImage | undefined> {
    this.#request(`look ${id}`);
    const found = this.#find(id);
    return found === undefined ? undefined : toImage(found);
  }

  readonly fetchManifest = async (digest: Digest): Promise<Uint8Array | undefined> => {
    this.#request(`get ${digest}`);
    const failure = this.failing.get(digest);
    if (failure !== undefined) throw failure;
    return this.manifests.get(digest)?.bytes;
  };

  async delete({ id }: StoredImage): Promise<'deleted' | 'gone'> {
    this.#request(`delete ${id}`);
    const found = this.#find(id);
    if (found === undefined) return 'gone';
    const refusal = this.undeletable.get(found.digest);
    if (refusal !== undefined) throw refusal;
    this.manifests.delete(found.digest);
    this.#trash.set(id, found);
    return 'deleted';
  }

  async untag({ id }: StoredImage, tag: string): Promise<void> {
    this.#request(`untag ${id} ${tag}`);
    const found = this.#find(id);
    if (found !== undefined) found.tags = found.tags.filter((other) => other !== tag);
  }

  async restore({ id }: Pick<StoredImage, 'id'>): Promise<'restored' | 'there'> {
    this.#request(`restore ${id}`);
    const found = this.#trash.get(id);
    if (found === undefined) return 'there';
    this.#trash.delete(id);
    this.manifests.set(found.digest, found);
    return 'restored';
  }

  async transition(): Promise<void> {
    throw new SuiteError('UNSUPPORTED', 'There is no archive.');
  }

  quota(): Quota | undefined {
    return this.left === undefined ? undefined : { remaining: this.left, resetsAt: undefined };
  }

  #find(id: string): StoredManifest | undefined {
    return [...this.manifests.values()].find((manifest) => manifest.id === id);
  }

  ids(): readonly string[] {
    return [...this.manifests.values()].map(({ id }) => id).sort();
  }

  /** A copy, as it is now. */
  clone(): FakeRegistry {
    const copy = new FakeRegistry(this.abilities);
    for (const [digest, manifest] of this.manifests) copy.manifests.set(digest, { ...manifest });
    return copy;
  }
}

function toImage({ id, digest, tags, pushedAt, updatedAt }: StoredManifest): StoredImage {
  return { id, digest, tags, pushedAt, ...(updatedAt === undefined ? {} : { updatedAt }) };
}

/** What names what, read from the bytes by nothing but JSON and the tags. */
function linksOf({ bytes, tags }: StoredManifest): {
  readonly children: readonly string[];
  readonly subjects: readonly string[];
} {
  const content = JSON.parse(Buffer.from(bytes).toString());
  const bases = tags.flatMap((tag) => /^sha256-([a-f0-9]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag)?.[1] ?? []);
  return {
    children: (content.manifests ?? []).map((entry: { readonly digest: string }) => entry.digest),
    subjects: [
      ...(content.subject === undefined ? [] : [content.subject.digest]),
      ...bases.map((hex) => `sha256:${hex}`),
    ],
  };
}

/**
 * What is broken in a registry compared with what it was: images with a chosen tag that lack a child which was
 * there, at any depth, and images that are there and have lost a referrer which was there.
 */
export function findBroken(now: FakeRegistry, before: FakeRegistry): readonly string[] {
  const lives = (digest: string): boolean => now.manifests.has(digest as Digest);
  const lived = (digest: string): boolean => before.manifests.has(digest as Digest);
  const broken: string[] = [];
  for (const manifest of now.manifests.values()) {
    const isTagged = manifest.tags.some((tag) => !tag.startsWith('sha256-'));
    if (!isTagged) continue;
    const seen = new Set<string>();
    const pending = [...linksOf(manifest).children];
    for (let child = pending.pop(); child !== undefined; child = pending.pop()) {
      if (seen.has(child) || !lived(child)) continue;
      seen.add(child);
      if (!lives(child)) broken.push(`${manifest.tags.join(' ')} lacks ${child}`);
      const stored = now.manifests.get(child as Digest);
      if (stored !== undefined) pending.push(...linksOf(stored).children);
    }
  }
  for (const referrer of before.manifests.values()) {
    if (lives(referrer.digest)) continue;
    for (const subject of linksOf(referrer).subjects) {
      if (subject !== referrer.digest && lived(subject) && lives(subject)) {
        broken.push(`${subject} has lost ${referrer.digest}`);
      }
    }
  }
  return broken;
}
