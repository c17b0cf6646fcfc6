import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '@artifact-lifecycle/registry';
import {
  DigestCache,
  formatPlan,
  type RetentionService,
  type StoredImage,
} from '@artifact-lifecycle/retention';
import { planCleanup } from './plan-run.ts';

// `large-plan.ts VERSIONS`: plans for a package of so many versions in this process alone, and prints what that took as
// JSON. The service is in memory; each manifest is read, verified and parsed as one from a registry is.

const NOW = Date.parse('2026-11-01T12:00:00Z');
const MINUTE = 60_000;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

function digestOf(text: string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`, 'digest');
}

const versions = Number(process.argv[2] ?? '100000');
const images: StoredImage[] = [];
const manifests = new Map<Digest, string>();
for (let build = 0; images.length < versions; build += 1) {
  const pushedAt = NOW - (versions / 5 - build) * 10 * MINUTE;
  const add = (digest: Digest, tags: readonly string[]): void => {
    const id = String(1000 + images.length);
    images.push({ id, digest, tags, pushedAt, updatedAt: pushedAt });
  };
  const [amd64, arm64, first, second] = ['amd64', 'arm64', 'first', 'second'].map((name) =>
    digestOf(`${name} of ${build}`),
  );
  if (amd64 === undefined || arm64 === undefined || first === undefined || second === undefined) break;
  const platform = (digest: Digest, architecture: string) => ({
    ...{ mediaType: MANIFEST, digest, size: 1200, platform: { os: 'linux', architecture } },
  });
  const attestation = (digest: Digest, of: Digest) => ({
    ...platform(digest, 'unknown'),
    annotations: {
      'vnd.docker.reference.digest': of,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  });
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [
      platform(amd64, 'amd64'),
      platform(arm64, 'arm64'),
      attestation(first, amd64),
      attestation(second, arm64),
    ],
  });
  for (const digest of [amd64, arm64, first, second]) add(digest, []);
  const index = digestOf(text);
  manifests.set(index, text);
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
    const text = manifests.get(digest);
    return text === undefined ? undefined : Buffer.from(text);
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
