import { type ManifestContent, seed, type TestRegistry } from '@artifact-lifecycle/testing';
import type { Reply } from './ask.ts';
import { askPath } from './registry.ts';

/** Puts everything but the manifest itself. */
export async function seedParts(registry: TestRegistry, manifest: ManifestContent): Promise<void> {
  await seed(registry, 'a', manifest);
  await registry.store.deleteManifest('a', manifest.digest);
}

/** Pushes a manifest to the repository `a`. */
export function putManifest(
  registry: TestRegistry,
  manifest: ManifestContent,
  reference: string = manifest.digest,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return askPath(registry, `/v2/a/manifests/${reference}`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType, ...headers },
    body: manifest.bytes,
  });
}
