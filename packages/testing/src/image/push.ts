import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ManifestContent } from './content.ts';
import type { SeedTarget } from './seed-target.ts';

/** An answer's body is only shown in errors; more of it would not help. */
const SHOWN_BYTES = 2000;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Pushes to a registry in the plainest way: HEAD, POST, one PUT for a blob, one for a manifest. It stands on
 * its own so that a test's set-up does not rely on the client that the test judges.
 */
export function openPusher(url: string, repository: string, authorization: string | undefined): SeedTarget {
  const base = `${url.replace(/\/$/, '')}/v2/${repository}`;
  const headers = authorization === undefined ? {} : { authorization };

  const putManifest = async (manifest: ManifestContent, reference: string): Promise<void> => {
    const reply = await send('PUT', `${base}/manifests/${reference}`, {
      headers: { ...headers, 'content-type': manifest.mediaType, 'content-length': manifest.bytes.length },
      body: Readable.from([manifest.bytes], { objectMode: false }),
    });
    expectStatus(reply, [201], `manifest ${reference}`);
  };

  return {
    hasBlob: async ({ descriptor }) => {
      const reply = await send('HEAD', `${base}/blobs/${descriptor.digest}`, { headers });
      return reply.status === 200;
    },
    putBlob: async ({ descriptor, open }) => {
      const what = `blob ${descriptor.digest}`;
      const begun = await send('POST', `${base}/blobs/uploads/`, {
        headers: { ...headers, 'content-length': 0 },
      });
      expectStatus(begun, [202], what);
      const location = new URL(begun.headers.location ?? '', `${base}/blobs/uploads/`);
      location.searchParams.set('digest', descriptor.digest);
      const ended = await send('PUT', location.href, {
        headers: {
          ...headers,
          'content-type': 'application/octet-stream',
          'content-length': descriptor.size,
        },
        body: open(),
      });
      expectStatus(ended, [201], what);
    },
    putManifest: async (manifest, tags) => {
      await putManifest(manifest, manifest.digest);
      for (const tag of tags) await putManifest(manifest, tag);
    },
  };
}

async function send(
  method: string,
  url: string,
  { headers, body }: { readonly headers: NonNullable<RequestOptions['headers']>; readonly body?: Readable },
): Promise<Reply> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const outgoing = request(url, { method, headers, agent: false });
  const reply = new Promise<Reply>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8').slice(0, SHOWN_BYTES);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
  });
  // The answer tells more than the pipe that broke because of it.
  const sent = body === undefined ? Promise.resolve(void outgoing.end()) : pipeline(body, outgoing);
  const [outcome] = await Promise.allSettled([reply, sent]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function expectStatus({ status, text }: Reply, wanted: readonly number[], what: string): void {
  if (!wanted.includes(status)) throw new Error(`Pushing the ${what} was answered ${status}: ${text}`);
}
