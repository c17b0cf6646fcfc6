import type { Answer } from './answer.ts';
import { Refused } from './answer.ts';
import type { ContentStore } from './content-store.ts';
import type { Exchange } from './exchange.ts';
import type { Identity } from './gate.ts';
import type { RegistryOptions } from './options.ts';

/** What every handler works with. */
export interface Context {
  readonly options: RegistryOptions;
  readonly store: ContentStore;
}

/** Serves requests of one kind of path, by method. */
export interface Handler<Target> {
  readonly [method: string]: (
    context: Context,
    exchange: Exchange,
    target: Target,
    identity: Identity,
  ) => Answer | Promise<Answer>;
}

/** Refuses what names a repository that is not there. */
export function requireRepository({ store }: Context, repository: string): void {
  if (store.hasRepository(repository)) return;
  throw new Refused(404, 'NAME_UNKNOWN', `There is no repository ${repository}.`);
}

/** Refuses a push to a repository that is not there, in a registry where pushing does not create it. */
export function requirePushable(context: Context, repository: string): void {
  if (context.options.createRepositories === false) requireRepository(context, repository);
}

/** Refuses a deletion the registry does not support (distribution-spec, "Content Management"). */
export function requireDeletable({ options }: Context, what: 'tags' | 'manifests' | 'blobs'): void {
  if (options.delete?.[what] !== false) return;
  throw new Refused(options.delete.status ?? 405, 'UNSUPPORTED', `This registry does not delete ${what}.`);
}
