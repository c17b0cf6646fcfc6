import type { GitHubEvent } from './event.ts';
import { type JsonObject, objectAt, textAt } from './payload.ts';

/** What GitHub says of a repository. */
export interface RepositoryInfo {
  readonly name: string;
  readonly description: string;
  /** Its page. */
  readonly htmlUrl: string;
  readonly defaultBranch: string;
  /** SPDX identifier; empty where GitHub found none. */
  readonly licence: string;
}

/** Reads the repository of an answer of the API or of a payload; both have the same shape. */
export function readRepositoryInfo(json: JsonObject): RepositoryInfo {
  return {
    name: textAt(json, 'name') ?? '',
    description: textAt(json, 'description') ?? '',
    htmlUrl: textAt(json, 'html_url') ?? '',
    defaultBranch: textAt(json, 'default_branch') ?? '',
    licence: textAt(objectAt(json, 'license'), 'spdx_id') ?? '',
  };
}

/**
 * The repository as the event's payload tells it, where it tells all: webhooks carry it whole, so that nothing
 * has to be asked. `undefined` for payloads that say less.
 */
export function repositoryOfEvent({ payload }: GitHubEvent): RepositoryInfo | undefined {
  const repository = objectAt(payload, 'repository');
  const told = ['name', 'description', 'html_url', 'default_branch', 'license'];
  if (!told.every((key) => Object.hasOwn(repository, key))) return undefined;
  return readRepositoryInfo(repository);
}

/** What can be said of the repository without asking: its name and page, and the default branch if the event has it. */
export function repositoryByName(event: GitHubEvent): RepositoryInfo {
  const { name, htmlUrl, ...rest } = readRepositoryInfo(objectAt(event.payload, 'repository'));
  return {
    name: name || (event.repository.split('/')[1] ?? ''),
    htmlUrl: htmlUrl || (event.repository === '' ? '' : `${event.serverUrl}/${event.repository}`),
    ...rest,
  };
}
