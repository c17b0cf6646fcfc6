import { type Answer, answerJson, Refused } from './answer.ts';
import { type Handler, requireRepository } from './context.ts';
import type { Exchange } from './exchange.ts';
import { MEDIA_TYPE } from './media-type.ts';
import { requireDigest } from './route.ts';
import type { KeptManifest } from './shelf.ts';

/** Serves `/v2/<name>/tags/list` (distribution-spec, "Listing Tags"). */
export const tagsHandler: Handler<{ readonly repository: string }> = {
  GET: (context, exchange, { repository }) => {
    requireRepository(context, repository);
    const all = [...context.store.tags(repository).keys()];
    const { page, headers } = cutPage(exchange, all, context.options.tagsPageSize);
    return answerJson(200, { name: repository, tags: page }, headers);
  },
};

/** Serves `/v2/_catalog` (distribution's own, "Listing Repositories"). */
export const catalogHandler: Handler<object> = {
  GET: ({ options, store }, exchange) => {
    if (options.catalog === false)
      throw new Refused(404, 'UNSUPPORTED', 'This registry does not list repositories.');
    const { page, headers } = cutPage(exchange, store.repositories(), options.tagsPageSize);
    return answerJson(200, { repositories: page }, headers);
  },
};

/** Serves `/v2/<name>/referrers/<digest>` (distribution-spec, "Listing Referrers"). */
export const referrersHandler: Handler<{ readonly repository: string; readonly digest: string }> = {
  GET: ({ options, store }, exchange, { repository, digest }) => {
    if (options.referrers === 'none')
      throw new Refused(404, 'UNSUPPORTED', 'This registry has no referrers API.');
    const subject = requireDigest(digest);
    const wanted = options.referrersFilter === false ? null : exchange.query.get('artifactType');
    const all = store.referrers(repository, subject).flatMap((referrer) => {
      const manifest = store.manifest(repository, referrer);
      const entry = manifest === undefined ? undefined : describeReferrer(manifest);
      return entry === undefined || (wanted !== null && entry.artifactType !== wanted) ? [] : [entry];
    });
    const size = options.referrersPageSize ?? Number.POSITIVE_INFINITY;
    const after = exchange.query.get('last');
    const start = after === null ? 0 : all.findIndex((entry) => entry.digest > after);
    const page = start === -1 ? [] : all.slice(start, start + size);
    const last = page.at(-1);
    const isEnd = last === undefined || last === all.at(-1);
    return answerJson(
      200,
      { schemaVersion: 2, mediaType: MEDIA_TYPE.ociIndex, manifests: page },
      {
        ...(isEnd ? {} : nextLink(exchange, { last: last.digest })),
        ...(wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      },
      MEDIA_TYPE.ociIndex,
    );
  },
};

/** The descriptor of a referrer, with its artifact type and all its annotations. */
function describeReferrer(manifest: KeptManifest) {
  const { artifactType, annotations } = manifest.summary;
  return {
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

/** One page of a sorted list, by `n` and `last`, and the `Link` to the next. */
function cutPage(
  exchange: Exchange,
  all: readonly string[],
  cap = Number.POSITIVE_INFINITY,
): { readonly page: readonly string[]; readonly headers: Readonly<Record<string, string>> } {
  const text = exchange.query.get('n');
  if (text !== null && !/^\d{1,9}$/.test(text)) {
    throw new Refused(
      400,
      'PAGINATION_NUMBER_INVALID',
      `"n" is "${text}", which is not a number of results.`,
    );
  }
  const size = Math.min(text === null ? Number.POSITIVE_INFINITY : Number(text), cap);
  const after = exchange.query.get('last');
  const rest = after === null ? all : all.filter((item) => item > after);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  if (last === undefined || page.length === rest.length) return { page, headers: {} };
  return { page, headers: nextLink(exchange, { n: String(size), last }) };
}

/** `Link` to the next page, relative, with everything else that was asked for. */
function nextLink(exchange: Exchange, next: Readonly<Record<string, string>>): { readonly link: string } {
  const query = new URLSearchParams(exchange.query);
  for (const [name, value] of Object.entries(next)) query.set(name, value);
  return { link: `<${exchange.path}?${query}>; rel="next"` };
}

/** Serves `/v2/`: says that the API is spoken here, and asks who is there. */
export const pingHandler: Handler<object> = {
  GET: (): Answer => answerJson(200, {}),
  HEAD: (): Answer => answerJson(200, {}),
};
