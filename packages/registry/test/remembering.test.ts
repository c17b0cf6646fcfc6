import { describe, expect, it } from '@jest/globals';
import { parseDigest, parseTag } from '../src/index.ts';
import type { Registry } from '../src/registry.ts';
import { rememberManifests } from '../src/remembering.ts';

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`, 'test');
const TAG = parseTag('latest', 'test');

/** A registry that counts what it is asked; every manifest has so many bytes. */
function makeRegistry(size = 10) {
  const asked: string[] = [];
  const registry = {
    location: { kind: 'registry', host: 'registry.test', name: 'acme/api' },
    fetchManifest: async (reference: string) => {
      asked.push(`fetch ${reference}`);
      const digest = reference === TAG ? DIGEST : reference;
      return { digest, mediaType: 'a/b', bytes: new Uint8Array(size), content: { kind: 'other' } };
    },
    resolve: async (reference: string) => {
      asked.push(`resolve ${reference}`);
      return undefined;
    },
  } as unknown as Registry;
  return { asked, remembering: rememberManifests(registry) };
}

describe('a repository that remembers', () => {
  it('fetches a manifest once, however it was named first, and asks for a tag every time', async () => {
    const { asked, remembering } = makeRegistry();
    await remembering.fetchManifest(TAG);
    await remembering.fetchManifest(DIGEST);
    await remembering.fetchManifest(DIGEST);
    await remembering.fetchManifest(TAG);
    expect(asked).toEqual([`fetch ${TAG}`, `fetch ${TAG}`]);
  });

  it('remembers nothing of what is there', async () => {
    const { asked, remembering } = makeRegistry();
    await remembering.fetchManifest(DIGEST);
    await remembering.resolve(DIGEST);
    await remembering.resolve(DIGEST);
    expect(asked.filter((line) => line.startsWith('resolve'))).toHaveLength(2);
  });

  it('fetches again what does not fit', async () => {
    const { asked, remembering } = makeRegistry(33 * 1024 * 1024);
    await remembering.fetchManifest(DIGEST);
    await remembering.fetchManifest(DIGEST);
    expect(asked).toHaveLength(2);
  });

  it('has of optional powers what the other has', () => {
    const { remembering } = makeRegistry();
    expect('soleManifest' in remembering || 'checkPush' in remembering).toBe(false);
  });
});
