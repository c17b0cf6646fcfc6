import {
  type AuthOptions,
  makeImage,
  type RegistryOptions,
  seed,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import type { Reply } from './ask.ts';
import { askPath, openRegistry } from './registry.ts';

export const IMAGE = makeImage();
export const ALICE = { name: 'alice', password: 'pass:word' };
export const READER = {
  name: 'reader',
  password: 'read',
  grants: [{ repositories: 'team/*', actions: ['pull'] }],
  refreshToken: 'reader-refresh',
} as const;
export const PUBLIC = [{ repositories: 'public/*', actions: ['pull'] }] as const;

/** `Authorization` of a user. */
export const basicOf = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

/** Starts a registry in which three repositories hold an image. */
export async function openGuarded(auth: AuthOptions, options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await openRegistry({ ...options, auth });
  for (const repository of ['team/app', 'public/app', 'other/app']) {
    await seed(registry, repository, IMAGE, { tags: ['t'] });
  }
  return registry;
}

/** Pulls a manifest. */
export const pull = (registry: TestRegistry, repository: string, authorization?: string): Promise<Reply> =>
  askPath(registry, `/v2/${repository}/manifests/t`, {
    headers: authorization === undefined ? {} : { authorization },
  });
/** Begins an upload. */
export const push = (
  registry: TestRegistry,
  repository: string,
  authorization: string,
  query = '',
): Promise<Reply> =>
  askPath(registry, `/v2/${repository}/blobs/uploads/${query}`, {
    method: 'POST',
    headers: { authorization },
  });
/** Deletes a tag. */
export const remove = (registry: TestRegistry, repository: string, authorization: string): Promise<Reply> =>
  askPath(registry, `/v2/${repository}/manifests/t`, { method: 'DELETE', headers: { authorization } });

/** Puts a blob that can be mounted. */
export async function addBlob(registry: TestRegistry, repository: string): Promise<string> {
  return (await registry.store.putBlob(repository, Buffer.from('mounted'))).digest;
}
