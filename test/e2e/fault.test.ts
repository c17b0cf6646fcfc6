import type { FaultAction, FaultMatch } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takePicture } from '../support/picture.ts';
import { openStage, REPOSITORY, type Stage, VERSION } from '../support/stage.ts';

interface Trouble {
  readonly name: string;
  readonly at: 'dev' | 'prod';
  readonly match: FaultMatch;
  readonly action: FaultAction;
}

const BLOB = /^\/v2\/dev\/api\/blobs\/sha256:/;
const UPLOAD = /\/blobs\/uploads\//;

/** What happens on networks; each is over after a moment, and a copy has to get past it. */
const TROUBLES: readonly Trouble[] = [
  {
    name: 'a registry that is overloaded for a moment',
    at: 'dev',
    match: { path: /^\/v2\/dev\//, nth: [1, 4] },
    action: { kind: 'answer', status: 503 },
  },
  {
    name: 'a registry that asks to wait a second',
    at: 'prod',
    match: { path: /^\/v2\/prod\//, nth: 3 },
    action: { kind: 'rate-limit', retryAfter: 1 },
  },
  {
    name: 'a download that breaks off',
    at: 'dev',
    match: { method: 'GET', path: BLOB, nth: [1, 3] },
    action: { kind: 'drop-body', afterBytes: 50_000 },
  },
  {
    name: 'an upload that breaks off',
    at: 'prod',
    match: { method: 'PUT', path: UPLOAD, nth: 1 },
    action: { kind: 'drop-request', afterBytes: 50_000 },
  },
  {
    name: 'a connection that breaks before an upload is answered',
    at: 'prod',
    match: { method: 'PUT', path: UPLOAD, nth: 2 },
    action: { kind: 'drop-answer' },
  },
  {
    name: 'a connection that breaks before a manifest is answered',
    at: 'prod',
    match: { method: 'PUT', path: /\/manifests\//, nth: 1 },
    action: { kind: 'drop-answer' },
  },
  {
    name: 'a connection that breaks before the tag is answered',
    at: 'prod',
    match: { method: 'PUT', path: new RegExp(`/manifests/${VERSION}$`), nth: 1 },
    action: { kind: 'drop-answer' },
  },
  {
    name: 'an upload that a proxy times out',
    at: 'prod',
    match: { method: 'PUT', path: UPLOAD, nth: 1 },
    action: { kind: 'answer', status: 504, close: true },
  },
];

describe('a copy gets past', () => {
  let stage: Stage;
  let wanted: readonly string[];
  beforeAll(async () => {
    stage = await openStage({ layerSize: 200_000 });
    wanted = await takePicture({ host: stage.dev.host, name: REPOSITORY }, VERSION);
  });
  afterAll(() => stage.workplace.close());

  it.each(TROUBLES.map((trouble, number) => ({ ...trouble, repository: `prod/trouble-${number}` })))(
    '$name',
    async ({ at, match, action, repository }) => {
      const trouble = stage[at].faults.add(match, action);
      const result = await stage.promote({
        source: stage.source,
        destination: `${stage.prod.host}/${repository}`,
      });
      trouble.remove();
      expect(trouble.hits).toBeGreaterThan(0);
      expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
      expect(await takePicture({ host: stage.prod.host, name: repository }, VERSION)).toEqual(wanted);
      expect(stage.prod.store.openUploads).toBe(0);
      expect(stage.prod.defects).toEqual([]);
    },
    60_000,
  );
});
