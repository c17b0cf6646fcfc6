import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '@artifact-lifecycle/registry';
import {
  DigestCache,
  formatPlan,
  type RetentionService,
  type StoredImage,
} from '@artifact-lifecycle/retention';
import { planCleanup } from './plan-run.ts';

// `large-plan.js VERSIONS`: plans for a package of so many versions in this process alone, and prints what that took as
// JSON. The service is in memory; each manifest is read, verified and parsed as one from a registry is.

const NOW = Date.parse('2026-11-01T12:00:00Z');
const MINUTE = 60_000;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Two platforms, and what is about each. */
const CHILDREN = ['amd64', 'arm64', 'about amd64', 'about arm64'];

/** The bytes of a build's index. */
function indexOf(build: number): string {
  const manifests = CHILDREN.map((name) => {
    const about = /^about (.*)$/.exec(name)?.[1];
    const platform = { os: 'linux', architecture: about === undefined ? name : 'unknown' };
    const annotations = {
      'vnd.docker.reference.digest': digestOf(`${about} of ${build}`),
      'vnd.docker.reference.type': 'attestation-manifest',
    };
    return {
      ...{ mediaType: MANIFEST, digest: digestOf(`${name} of ${build}`), size: 1200, platform },
      ...(about === undefined ? {} : { annotations }),
    };
  });
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
}

function digestOf(text: string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`, 'digest');
}

const versions = Number(process.argv[2] ?? '100000');
const images: StoredImage[] = [];
/** Builds by the digest of their index: its bytes are made when they are asked for, as a registry keeps them elsewhere. */
const builds = new Map<Digest, number>();
for (let build = 0; images.length < versions; build += 1) {
  const pushedAt = NOW - (versions / 5 - build) * 10 * MINUTE;
  const add = (digest: Digest, tags: readonly string[]): void => {
    const id = String(1000 + images.length);
    images.push({ id, digest, tags, pushedAt, updatedAt: pushedAt });
  };
  for (const name of CHILDREN) add(digestOf(`${name} of ${build}`), []);
  const index = digestOf(indexOf(build));
  builds.set(index, build);
  add(index, [build % 100 === 0 ? `v1.${build}.0` : `sha-${build.toString(16).padStart(7, '0')}`]);
}

const refuse = (): Promise<never> => Promise.reject(new Error('Nothing is changed here.'));
const service: RetentionService = {
  target: 'ghcr.io/acme/app',
  abilities: {
    listsUntagged: true,
    tellsPushTime: true,
    tellsPullTime: false,
    untag: 'dummy',
    restore: 'by-service',
    transition: false,
    cascades: [],
  },
  list: async () => images,
  look: refuse,
  fetchManifest: async (digest) => {
    const build = builds.get(digest);
    return build === undefined ? undefined : Buffer.from(indexOf(build));
  },
  delete: refuse,
  untag: refuse,
  restore: refuse,
  transition: refuse,
  quota: () => undefined,
};

const before = process.cpuUsage();
const cache = new DigestCache();
const plan = await planCleanup(service, { now: NOW, cache });
const files = [formatPlan(plan), cache.format()];
const { user, system } = process.cpuUsage(before);
console.log(
  JSON.stringify({
    versions: images.length,
    planned: plan.delete.length,
    fileBytes: files.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    // Microseconds, and kibibytes.
    cpuSeconds: (user + system) / 1e6,
    memory: process.resourceUsage().maxRSS * 1024,
  }),
);
