import { BIG_IMAGE, LONG_IMAGE, LONG_LAYER } from '../images.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const UPLOADS = /\/blobs\/uploads\/./;
const BYTES_UP = {
  method: ['PUT', 'PATCH'],
  path: UPLOADS,
  when: ({ headers }: { readonly headers: Readonly<Record<string, string>> }) =>
    headers['content-length'] !== '0',
};
/** What a proxy lets through at a time, in a common setting. */
const PROXY_LIMIT = 10 * 1024 * 1024;

const NOTHING_OPEN = {
  says: 'no upload is left open',
  holds: ({ destination }: Stage) => destination.store.openUploads === 0,
} as const;

/** Cases 6 and 7: uploads by other people's rules, and connections that break. */
export const TRANSFERS: readonly Scenario[] = [
  {
    id: '6a',
    name: 'takes 201 for a chunk',
    source: 'ECR: regclient scheme/reg/blob.go; cirruslabs/tart#273',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add({ method: 'PATCH', path: UPLOADS }, { kind: 'rewrite', status: 201 });
    },
  },
  {
    id: '6b',
    name: 'goes on though the Range of the answers stands still',
    source: 'ECR: aws/containers-roadmap#2831',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        { method: 'PATCH', path: UPLOADS },
        { kind: 'rewrite', headers: { range: '0-0' } },
      );
    },
  },
  {
    id: '6c',
    name: 'begins anew when the registry has lost the upload',
    source: 'distribution-spec, BLOB_UPLOAD_UNKNOWN; behind a balancer, before the session is everywhere',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        { ...BYTES_UP, nth: 1 },
        {
          kind: 'answer',
          status: 404,
          headers: { 'content-type': 'application/json' },
          body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"blob upload unknown"}]}',
        },
      );
    },
  },
  {
    id: '6d',
    name: 'respects OCI-Chunk-Min-Length',
    source: 'distribution-spec, "Pushing a blob in chunks"',
    image: LONG_IMAGE,
    to: { chunkMinLength: 2_500_000 },
    outcome: 'copied',
  },
  {
    id: '6e',
    name: 'gets a blob through a proxy that lets only parts of it pass',
    source: 'nginx client_max_body_size; ACR (ocync, docs: registries)',
    image: BIG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        {
          method: ['PUT', 'PATCH'],
          path: UPLOADS,
          when: ({ headers }) => Number(headers['content-length'] ?? PROXY_LIMIT + 1) > PROXY_LIMIT,
        },
        { kind: 'answer', status: 413 },
      );
    },
  },
  {
    id: '6f',
    name: 'sends no upload without a length',
    source: 'S3-backed and proxied registries: 411 Length Required',
    image: LONG_IMAGE,
    to: { requireContentLength: true },
    outcome: 'copied',
  },
  {
    id: '7a',
    name: 'goes on where a download broke at 99 %, without fetching it anew',
    source: 'google/go-containerregistry#2084; skopeo#1223',
    image: LONG_IMAGE,
    outcome: 'copied',
    also: [
      {
        says: 'at most a tenth of the layer was fetched twice',
        holds: ({ source }) =>
          source.log.bytes({ method: 'GET', path: /\/blobs\// }).out < LONG_LAYER * 1.1 + 300_000,
      },
    ],
    prepare: ({ source, image }) => {
      const layer = image.blobs.at(-1)?.descriptor.digest ?? '';
      source.faults.add(
        { method: 'GET', path: new RegExp(layer), nth: 1 },
        { kind: 'drop-body', afterBytes: LONG_LAYER * 0.99 },
      );
    },
  },
  {
    id: '7b',
    name: 'survives a download that breaks five times',
    source: 'google/go-containerregistry#1392',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ source, image }) => {
      const layer = image.blobs.at(-1)?.descriptor.digest ?? '';
      source.faults.add(
        { method: 'GET', path: new RegExp(layer), times: 5 },
        { kind: 'drop-body', afterBytes: 500_000 },
      );
    },
  },
  {
    id: '7c',
    name: 'sends a blob again when the connection broke at 99 %',
    source: 'google/go-containerregistry#1766; skopeo#2419',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add(
        {
          ...BYTES_UP,
          when: ({ headers }) =>
            headers['content-length'] !== '0' &&
            Number(headers['content-length'] ?? LONG_LAYER) >= LONG_LAYER,
          nth: 1,
        },
        { kind: 'drop-request', afterBytes: LONG_LAYER * 0.99 },
      );
    },
  },
  {
    id: '7d',
    name: 'is not confused when the answer to the last request of an upload is lost',
    source: 'TCP; any balancer',
    image: LONG_IMAGE,
    outcome: 'copied',
    prepare: ({ destination }) => {
      destination.faults.add({ method: 'PUT', path: UPLOADS, nth: 1 }, { kind: 'drop-answer' });
    },
  },
  {
    id: '7e',
    name: 'asks again for a manifest that broke off',
    source: 'TCP; any balancer',
    outcome: 'copied',
    prepare: ({ source }) => {
      source.faults.add(
        { method: 'GET', path: /\/manifests\//, nth: [1, 3] },
        { kind: 'drop-body', afterBytes: 100 },
      );
    },
  },
  {
    id: '7f',
    name: 'leaves no upload open when it fails for good',
    source: 'distribution-spec, end-14: clients should cancel',
    image: LONG_IMAGE,
    outcome: 'refused',
    also: [NOTHING_OPEN],
    prepare: ({ destination }) => {
      destination.faults.add(BYTES_UP, { kind: 'answer', status: 403 });
    },
  },
];
