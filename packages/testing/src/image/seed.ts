import type { TestRegistry } from '../registry/test-registry.ts';
import type { ManifestContent } from './content.ts';

/** How to seed. */
export interface SeedOptions {
  /** Tags of the manifest itself; none when absent. */
  readonly tags?: readonly string[] | undefined;
  /** Value of `Authorization` where content is pushed to a URL. */
  readonly authorization?: string | undefined;
}

/**
 * Puts a manifest with its blobs and children into a repository: straight into a test registry's store
 * (neither logged nor validated), or by pushing to the URL of any registry.
 */
export async function seed(
  _target: TestRegistry | string,
  _repository: string,
  _content: ManifestContent,
  _options: SeedOptions = {},
): Promise<void> {
  throw new Error('seed is not built yet.');
}
