import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, digestOf } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import type { AttestationStore } from '../../src/store/attestation-store.ts';
import { gatherEntries } from '../../src/store/gather-entries.ts';
import type { Verification } from '../../src/verifying/evidence.ts';
import { combineIndex, platformsOf } from '../../src/verifying/verify-index.ts';
import { stored } from './forge.ts';

const manifest = (text: string): { mediaType: string; digest: Digest; size: number } => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf(Buffer.from(text)),
  size: text.length,
});
const AMD64 = manifest('amd64');
const ARM64 = manifest('arm64');
const EVIL = manifest('evil');
const STATEMENT = manifest('statement');

function makeIndex(manifests: readonly object[]): { digest: Digest; bytes: Buffer } {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  return { digest: digestOf(bytes), bytes };
}

const LINUX = { ...AMD64, platform: { os: 'linux', architecture: 'amd64' } };
const ARM = { ...ARM64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } };
const attested = (about: string): object => ({
  ...STATEMENT,
  platform: { os: 'unknown', architecture: 'unknown' },
  annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': about },
});

const passed = (level: 0 | 1 | 2 | 3 = 2): Verification => ({
  verified: true,
  refusals: [],
  slsa: { level, missing: [] },
  evidence: [],
});
const failed: Verification = {
  verified: false,
  refusals: ['There is no signature about this artifact.'],
  slsa: { level: 0, missing: [] },
  evidence: [],
};

describe('an index with its platforms', () => {
  const index = makeIndex([LINUX, ARM, attested(AMD64.digest)]);

  it('lists what must be verified, and not what buildkit adds', () => {
    expect(platformsOf(index)).toEqual([
      { digest: AMD64.digest, platform: 'linux/amd64' },
      { digest: ARM64.digest, platform: 'linux/arm64/v8' },
    ]);
  });

  it('is verified when it and each platform are, at the lowest level of all', () => {
    const combined = combineIndex(
      index,
      passed(3),
      new Map([
        [AMD64.digest, passed(2)],
        [ARM64.digest, passed(3)],
      ]),
    );
    expect(combined).toMatchObject({ verified: true, refusals: [], slsa: { level: 2 } });
  });

  it.each<{
    name: string;
    own: Verification;
    platforms: readonly [Digest, Verification][];
    refusals: readonly string[];
  }>([
    {
      name: 'attack 30: the platforms are signed, but the index is not',
      own: failed,
      platforms: [
        [AMD64.digest, passed()],
        [ARM64.digest, passed()],
      ],
      refusals: failed.refusals,
    },
    {
      name: 'attack 30: the index is signed, but a platform is not',
      own: passed(),
      platforms: [
        [AMD64.digest, passed()],
        [ARM64.digest, failed],
      ],
      refusals: ['linux/arm64/v8: There is no signature about this artifact.'],
    },
    {
      name: 'attack 30: a platform was left out',
      own: passed(),
      platforms: [[AMD64.digest, passed()]],
      refusals: ['linux/arm64/v8: It was not verified.'],
    },
    {
      name: 'attack 30: another image was verified in the place of a platform',
      own: passed(),
      platforms: [
        [AMD64.digest, passed()],
        [EVIL.digest, passed()],
      ],
      refusals: [
        `The index ${index.digest} does not list ${EVIL.digest}.`,
        'linux/arm64/v8: It was not verified.',
      ],
    },
  ])('$name', ({ own, platforms, refusals }) => {
    expect(combineIndex(index, own, new Map(platforms))).toMatchObject({ verified: false, refusals });
  });

  it('attack 30: a platform was swapped in the index, whose digest is then another', () => {
    const swapped = makeIndex([LINUX, { ...ARM, digest: EVIL.digest }]);
    expect(() => platformsOf({ digest: index.digest, bytes: swapped.bytes })).toThrow(
      expect.objectContaining({ code: 'DIGEST_MISMATCH' }),
    );
  });

  it.each([
    [
      'it has a platform',
      { ...(attested(AMD64.digest) as object), platform: { os: 'linux', architecture: 'arm' } },
    ],
    ['it is about nothing beside it', attested(EVIL.digest)],
    ['it is about itself', attested(STATEMENT.digest)],
  ])('attack 30: an image that poses as a statement is a platform: %s', (_, poser) => {
    expect(platformsOf(makeIndex([LINUX, poser]))).toHaveLength(2);
  });

  it('an image is no index, and has no platforms', () => {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: AMD64.mediaType,
        config: { ...AMD64, mediaType: 'application/vnd.oci.image.config.v1+json' },
        layers: [],
      }),
    );
    expect(platformsOf({ digest: digestOf(bytes), bytes })).toEqual([]);
  });
});

describe('stores', () => {
  const store = (list: AttestationStore['list']): AttestationStore => ({
    list,
    put: () => Promise.reject(new Error('nothing is put here')),
  });
  const unauthorized = new SuiteError('UNAUTHORIZED', 'The registry does not know who is asking.');

  it('attack 34: one that cannot be asked is an error, whatever the others hold', async () => {
    const good = store(() => Promise.resolve([stored('{}')]));
    const bad = store(() => Promise.reject(unauthorized));
    await expect(gatherEntries([good, bad], AMD64.digest)).rejects.toBe(unauthorized);
  });

  it('the same bundle in two stores is one', async () => {
    const one = store(() => Promise.resolve([stored('{}'), stored('{"a":1}')]));
    const two = store(() => Promise.resolve([stored('{"a":1}')]));
    expect(await gatherEntries([one, two], AMD64.digest)).toHaveLength(2);
  });
});
