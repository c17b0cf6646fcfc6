import { type Answer, answerEmpty, Refused } from './answer.ts';
import { type Context, type Handler, requireDeletable, requireRepository } from './context.ts';
import { requireDigest } from './route.ts';
import type { StoredContent } from './store.ts';

interface BlobTarget {
  readonly repository: string;
  readonly digest: string;
}

/** Serves `/v2/<name>/blobs/<digest>` (distribution-spec, "Pulling blobs", "Deleting Blobs"). */
export const blobHandler: Handler<BlobTarget> = {
  HEAD: (context, _exchange, target) => answerBlob(context, target.repository, findBlob(context, target)),

  GET: (context, exchange, target) => {
    const blob = findBlob(context, target);
    const header = context.options.ranges === false ? undefined : exchange.header('range');
    const range = header === undefined ? undefined : parseRange(header, blob.size);
    return answerBlob(context, target.repository, blob, range);
  },

  DELETE: async (context, _exchange, target) => {
    requireDeletable(context, 'blobs');
    const blob = findBlob(context, target);
    await context.store.deleteBlob(target.repository, blob.digest);
    return answerEmpty(202);
  },
};

function findBlob(context: Context, { repository, digest: text }: BlobTarget): StoredContent {
  const digest = requireDigest(text);
  requireRepository(context, repository);
  const blob = context.store.blob(repository, digest);
  if (blob !== undefined) return blob;
  throw new Refused(404, 'BLOB_UNKNOWN', `There is no blob ${digest} in ${repository}.`, {
    detail: { digest },
  });
}

/** Bytes from `start` to before `end`. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

function answerBlob({ store }: Context, repository: string, blob: StoredContent, range?: ByteRange): Answer {
  const { start, end } = range ?? { start: 0, end: blob.size };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      'content-type': 'application/octet-stream',
      'docker-content-digest': blob.digest,
      'accept-ranges': 'bytes',
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${blob.size}` }),
    },
    body: { length: end - start, open: () => store.openBlob(repository, blob.digest, start, end) },
  };
}

/**
 * Reads a `Range` of one part (RFC 9110 §14.2): `bytes=1-2`, `bytes=1-`, `bytes=-2`. Several parts and other
 * units are passed over, as servers may do; a range outside of the blob is refused with 416.
 */
function parseRange(header: string, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start < end) return { start, end };
  throw new Refused(416, 'RANGE_INVALID', `The blob has ${size} bytes; "${header}" is outside of it.`, {
    headers: { 'content-range': `bytes */${size}` },
  });
}
