import { Refused } from './answer.ts';
import { type Digest, isDigest } from './digest.ts';
import type { Access } from './grants.ts';

/** What a path of the distribution API names. */
export type Route =
  | { readonly kind: 'ping' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string };

/** distribution-spec, "Pulling manifests": the grammar of `<name>`; host and name have 255 characters at most. */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const NAME_LIMIT = 255;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** The last part of the path decides, because a repository may have components named like one. */
const PATHS: readonly (readonly [RegExp, (repository: string, last: string) => Route])[] = [
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, (repository) => ({ kind: 'uploads', repository })],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, (repository, id) => ({ kind: 'upload', repository, id })],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (repository, digest) => ({ kind: 'blob', repository, digest })],
  [
    /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    (repository, reference) => ({ kind: 'manifest', repository, reference }),
  ],
  [/^\/v2\/(.+)\/tags\/list$/, (repository) => ({ kind: 'tags', repository })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (repository, digest) => ({ kind: 'referrers', repository, digest })],
];

/**
 * Reads a path, or gives `undefined` where the API has none like it.
 *
 * @throws Refused NAME_INVALID when the repository's name breaks the grammar
 */
export function parseRoute(path: string): Route | undefined {
  if (path === '/v2/' || path === '/v2') return { kind: 'ping' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  for (const [pattern, make] of PATHS) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const [, repository = '', last = ''] = match;
    if (!isRepositoryName(repository)) {
      throw new Refused(400, 'NAME_INVALID', `"${repository}" is not a repository name.`);
    }
    return make(repository, last);
  }
  return undefined;
}

/** Says whether a text is a repository name by the distribution grammar. */
export function isRepositoryName(text: string): boolean {
  return text.length <= NAME_LIMIT && NAME.test(text);
}

/** Says whether a text is a tag by the distribution grammar. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Reads a digest of a path or query. Throws `Refused` DIGEST_INVALID. */
export function requireDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new Refused(400, 'DIGEST_INVALID', `"${text}" is not a digest.`);
}

/** What a request has to be allowed. */
export function accessNeeded(route: Route, method: string): readonly Access[] {
  if (route.kind === 'ping' || route.kind === 'catalog') return [];
  const { repository } = route;
  const pull: Access = { repository, action: 'pull' };
  if (route.kind === 'uploads' || route.kind === 'upload') return [pull, { repository, action: 'push' }];
  if (method === 'DELETE') return [{ repository, action: 'delete' }];
  return method === 'PUT' ? [pull, { repository, action: 'push' }] : [pull];
}
