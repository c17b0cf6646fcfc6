import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, answerEmpty, Refused } from './answer.ts';
import { type Context, type Handler, requirePushable } from './context.ts';
import { type Digest, digestAlgorithm } from './digest.ts';
import type { Exchange } from './exchange.ts';
import type { Identity } from './gate.ts';
import { requireDigest } from './route.ts';
import type { Upload, UploadDesk } from './upload-desk.ts';

interface UploadsTarget {
  readonly repository: string;
}
interface UploadTarget extends UploadsTarget {
  readonly id: string;
}

/** Serves `/v2/<name>/blobs/uploads/`: begins an upload, mounts, or takes a whole blob. */
export function uploadsHandler(desk: UploadDesk): Handler<UploadsTarget> {
  return {
    POST: async (context, exchange, { repository }, identity) => {
      requireLength(context, exchange);
      const { query } = exchange;
      const digest = query.get('digest');
      const mount = query.get('mount');
      const wanted = digest ?? mount;
      const algorithm = wanted === null ? parseAlgorithm(query) : digestAlgorithm(requireDigest(wanted));
      requirePushable(context, repository);
      if (mount !== null) {
        const mounted = await mountBlob(context, exchange, repository, requireDigest(mount), identity);
        if (mounted) return answerCreated(context, exchange, repository, requireDigest(mount));
      }
      const upload = await desk.begin(repository, algorithm);
      if (digest === null || context.options.monolithicPost === false)
        return answerUpload(context, exchange, upload, 202);
      return desk.exclusively(upload, async () => {
        // A client that broke off has no location to go on with.
        await upload.receive(exchange).catch(async (error: unknown) => {
          await desk.cancel(upload);
          throw error;
        });
        await desk.finish(upload, requireDigest(digest));
        return answerCreated(context, exchange, repository, requireDigest(digest));
      });
    },
  };
}

/** Serves `/v2/<name>/blobs/uploads/<id>`: status, chunks, the closing PUT, cancellation. */
export function uploadHandler(desk: UploadDesk): Handler<UploadTarget> {
  const find = ({ query }: Exchange, { repository, id }: UploadTarget): Upload =>
    desk.find(repository, id, query.get('_state'));
  return {
    GET: (context, exchange, target) => answerUpload(context, exchange, find(exchange, target), 204),

    PATCH: (context, exchange, target) => {
      const upload = find(exchange, target);
      return desk.exclusively(upload, async () => {
        requireLength(context, exchange);
        const before = upload.intake.size;
        const announced = checkChunk(context, exchange, upload);
        await upload.receive(exchange);
        const received = upload.intake.size - before;
        checkLength(received, announced);
        upload.hasShortChunk = received < (context.options.chunkMinLength ?? 0);
        return answerUpload(context, exchange, upload, 202);
      });
    },

    PUT: (context, exchange, target) => {
      const upload = find(exchange, target);
      return desk.exclusively(upload, async () => {
        requireLength(context, exchange);
        const digest = requireDigest(exchange.query.get('digest') ?? '');
        const before = upload.intake.size;
        upload.expect(digestAlgorithm(digest));
        const announced = checkChunk(context, exchange, upload);
        await upload.receive(exchange);
        checkLength(upload.intake.size - before, announced);
        await desk.finish(upload, digest);
        return answerCreated(context, exchange, target.repository, digest);
      });
    },

    DELETE: async (_context, exchange, target) => {
      await desk.cancel(find(exchange, target));
      return answerEmpty(204);
    },
  };
}

/** Mounts a blob where that is allowed and possible; false means that the client has to upload it. */
async function mountBlob(
  { options, store }: Context,
  exchange: Exchange,
  repository: string,
  digest: Digest,
  identity: Identity,
): Promise<boolean> {
  const from = exchange.query.get('from');
  const mode = options.mount ?? 'granted';
  if (mode === 'refused' || (mode === 'named' && from === null)) return false;
  if (from !== null && !identity.may({ repository: from, action: 'pull' })) {
    if (options.mountWithoutScope !== 'challenge') return false;
    const actions = ['pull', 'push'] as const;
    identity.demand([
      ...actions.map((action) => ({ repository, action })),
      { repository: from, action: 'pull' },
    ]);
  }
  const sources = from === null ? store.holders(digest) : [from];
  const source = sources.find(
    (name) => identity.may({ repository: name, action: 'pull' }) && store.blob(name, digest),
  );
  const blob = source === undefined ? undefined : store.blob(source, digest);
  if (blob === undefined) return false;
  await store.mount(repository, blob);
  return true;
}

/**
 * Checks where a chunk claims to belong and gives the length it claims to have.
 *
 * @throws Refused 416 when it does not begin where the last one ended; 400 when it makes no sense
 */
function checkChunk(context: Context, exchange: Exchange, upload: Upload): number | undefined {
  if (upload.hasShortChunk && exchange.announcedLength !== 0) {
    const least = context.options.chunkMinLength;
    throw new Refused(400, 'SIZE_INVALID', `Only the last chunk may have less than ${least} bytes.`);
  }
  const header = exchange.header('content-range');
  if (header === undefined) return exchange.announcedLength;
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(header);
  if (match === null) {
    throw new Refused(
      400,
      'BLOB_UPLOAD_INVALID',
      `Content-Range "${header}" is not of the form "first-last".`,
    );
  }
  const first = Number(match[1]);
  const length = Number(match[2]) - first + 1;
  if (first !== upload.intake.size) {
    const message = `The chunk begins at ${first}, the upload has ${upload.intake.size} bytes.`;
    throw new Refused(416, 'RANGE_INVALID', message, { headers: locate(context, exchange, upload) });
  }
  if (length < 1 || (exchange.announcedLength ?? length) !== length) {
    throw new Refused(400, 'SIZE_INVALID', `Content-Range "${header}" and Content-Length do not agree.`);
  }
  return length;
}

function checkLength(received: number, announced: number | undefined): void {
  if (announced === undefined || received === announced) return;
  throw new Refused(400, 'SIZE_INVALID', `${received} bytes came, ${announced} were announced.`);
}

function requireLength({ options }: Context, exchange: Exchange): void {
  const absent = exchange.header('content-length') === undefined;
  if (options.requireContentLength !== true || !absent) return;
  throw new Refused(411, 'SIZE_INVALID', 'Content-Length is required.');
}

function parseAlgorithm(query: URLSearchParams): 'sha256' | 'sha512' {
  const wanted = query.get('digest-algorithm') ?? 'sha256';
  if (wanted === 'sha256' || wanted === 'sha512') return wanted;
  throw new Refused(400, 'DIGEST_INVALID', `"${wanted}" is not an algorithm this registry knows.`);
}

function answerUpload(context: Context, exchange: Exchange, upload: Upload, status: 202 | 204): Answer {
  const least = context.options.chunkMinLength;
  // Not with a refusal: who is refused asks for the state at the location it knows.
  if (context.options.uploadLocation === 'rotating') upload.state = randomUUID();
  return answerEmpty(status, {
    ...locate(context, exchange, upload),
    'docker-upload-uuid': upload.id,
    ...(least === undefined ? {} : { 'oci-chunk-min-length': String(least) }),
  });
}

function locate(context: Context, exchange: Exchange, upload: Upload): OutgoingHttpHeaders {
  const path = `/v2/${upload.repository}/blobs/uploads/${upload.id}?_state=${upload.state}`;
  return { location: writeLocation(context, exchange, path), range: upload.range };
}

function answerCreated(context: Context, exchange: Exchange, repository: string, digest: Digest): Answer {
  const location = writeLocation(context, exchange, `/v2/${repository}/blobs/${digest}`);
  return answerEmpty(201, { location, 'docker-content-digest': digest });
}

function writeLocation({ options }: Context, exchange: Exchange, path: string): string {
  if (typeof options.uploadLocation === 'function') return options.uploadLocation(path);
  return options.uploadLocation === 'absolute' ? exchange.origin + path : path;
}
