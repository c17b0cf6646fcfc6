import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { formatLocation } from '../name/reference.ts';
import { type Tag, tryParseTag } from '../name/tag.ts';
import { field, isJsonObject, parseBoundedJson } from '../oci/json.ts';
import type { RequestOptions } from '../registry.ts';
import { nextPage, Pages } from './pages.ts';
import type { RegistryAnswer } from './registry-host.ts';
import type { RepositoryAccess } from './repository-access.ts';

/** ECR takes no more; a page of it has at most 128 KiB of names. */
const PAGE_SIZE = 1000;

/** Registries that ignore `n` answer with all: this holds some 60,000 tags of full length. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** Busy repositories have tens of thousands; each costs some 100 bytes. */
const MAX_TAGS = 1_000_000;

/**
 * All tags of a repository, in the registry's order, each once (distribution-spec, "Listing Tags").
 *
 * @throws SuiteError `PROTOCOL_INVALID` also for a name that is no tag: passing over it would make what it
 *   names look untagged
 */
export async function listTags(access: RepositoryAccess, options: RequestOptions): Promise<readonly Tag[]> {
  const what = `tags of ${formatLocation(access.repository)}`;
  const first = access.path(`tags/list?n=${PAGE_SIZE}`);
  const pages = new Pages(what);
  const tags = new Set<Tag>();
  let target: string | undefined = first;
  while (target !== undefined) {
    pages.enter(target);
    const answer = await access.read(
      {
        method: 'GET',
        target,
        scopes: access.scopes('pull'),
        headers: { accept: 'application/json' },
        signal: options.signal,
      },
      MAX_PAGE_BYTES,
      `the list of ${what}`,
    );
    if (answer.response.status !== 200) throw await access.refusal(answer.response, 'list the tags');
    const page = await readTags(access, answer);
    const before = tags.size;
    for (const tag of page) tags.add(tag);
    if (tags.size > MAX_TAGS)
      throw new SuiteError('LIMIT_EXCEEDED', `There are more than ${MAX_TAGS} ${what}.`);
    target = nextPage(answer.response);
    const last = page.at(-1);
    // A full page without a link may be the whole list, or the start of one by a registry that knows no links.
    if (target === undefined && page.length >= PAGE_SIZE && tags.size > before && last !== undefined) {
      target = `${first}&last=${encodeURIComponent(last)}`;
    }
  }
  return [...tags];
}

async function readTags(access: RepositoryAccess, answer: RegistryAnswer): Promise<readonly Tag[]> {
  const place = formatLocation(access.repository);
  const names = parseNames(answer.bytes, `list of tags of ${place}`);
  if (names === undefined) throw await access.oddity(answer, 'list the tags', 'a list of tags');
  return names.map((name) => {
    const tag = typeof name === 'string' ? tryParseTag(name) : undefined;
    if (tag !== undefined) return tag;
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `The list of tags of ${place} holds ${(JSON.stringify(name) ?? '').slice(0, 100)}, which is no tag.`,
    );
  });
}

/** `null` is an empty list: Go writes it so. */
function parseNames(bytes: Uint8Array, what: string): readonly unknown[] | undefined {
  let content: unknown;
  try {
    content = parseBoundedJson(bytes, what);
  } catch (error) {
    if (isSuiteError(error, 'CONTENT_INVALID')) return undefined;
    throw error;
  }
  if (!isJsonObject(content) || !Object.hasOwn(content, 'tags')) return undefined;
  const tags = field(content, 'tags') ?? [];
  return Array.isArray(tags) ? tags : undefined;
}
