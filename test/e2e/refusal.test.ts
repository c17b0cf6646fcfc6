import {
  type FaultAction,
  type FaultMatch,
  makeImage,
  makeIndex,
  type RegistryOptions,
  randomLayer,
  seed,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listTags } from '../support/picture.ts';
import { jsonOf, openStage, REPOSITORY, type Stage, VERSION, writesOf } from '../support/stage.ts';

/** What goes wrong, what the step is told, and what it has to say. */
interface Refusal {
  readonly name: string;
  /** Scripted at the source or the destination. */
  readonly fault?: { readonly at: 'dev' | 'prod'; readonly match: FaultMatch; readonly action: FaultAction };
  readonly inputs: (stage: Stage) => Readonly<Record<string, string>>;
  readonly code: string;
  /** A wrong layer is found while it is on its way: by then other layers may have arrived. No manifest has. */
  readonly onTheWay?: boolean;
  /** Parts of the message, so that the reader learns the fact with its values. */
  readonly says: (stage: Stage) => readonly string[];
}

const inputs = (stage: Stage): Record<string, string> => ({
  source: stage.source,
  destination: `${stage.prod.host}/prod/api`,
});
const BLOBS = /^\/v2\/dev\/api\/blobs\//;
const MANIFESTS = /^\/v2\/dev\/api\/manifests\//;

const REFUSALS: readonly Refusal[] = [
  {
    name: 'a source host that does not exist',
    inputs: (stage) => ({ ...inputs(stage), source: 'registry.invalid/dev/api:1.0.0' }),
    code: 'UNREACHABLE',
    says: () => ['registry.invalid'],
  },
  {
    name: 'a destination where nothing listens',
    inputs: (stage) => ({ ...inputs(stage), destination: '127.0.0.1:1/prod/api' }),
    code: 'UNREACHABLE',
    says: () => ['127.0.0.1:1'],
  },
  {
    name: 'a source that wants credentials',
    fault: { at: 'dev', match: { path: /^\/v2\// }, action: { kind: 'answer', status: 401 } },
    inputs,
    code: 'UNAUTHORIZED',
    says: (stage) => [stage.dev.host],
  },
  {
    name: 'a destination that forbids',
    fault: { at: 'prod', match: { path: /^\/v2\/prod\// }, action: { kind: 'answer', status: 403 } },
    inputs,
    code: 'FORBIDDEN',
    says: (stage) => [stage.prod.host],
  },
  {
    name: 'a source repository that does not exist',
    inputs: (stage) => ({ ...inputs(stage), source: `${stage.dev.host}/dev/nothing:1.0.0` }),
    code: 'NOT_FOUND',
    says: () => ['dev/nothing'],
  },
  {
    name: 'a tag that does not exist',
    inputs: (stage) => ({ ...inputs(stage), source: `${stage.dev.host}/${REPOSITORY}:9.9.9` }),
    code: 'NOT_FOUND',
    says: () => ['9.9.9'],
  },
  {
    name: 'a tag that is not at the digest beside it',
    inputs: (stage) => ({ ...inputs(stage), source: `${stage.source}@sha256:${'0'.repeat(64)}` }),
    code: 'DIGEST_MISMATCH',
    says: (stage) => [`sha256:${'0'.repeat(64)}`, stage.image.digest],
  },
  {
    name: 'a manifest that hashes to something else',
    fault: { at: 'dev', match: { method: 'GET', path: MANIFESTS }, action: { kind: 'corrupt', offset: 40 } },
    inputs,
    code: 'DIGEST_MISMATCH',
    says: () => ['sha256:'],
  },
  {
    name: 'a layer that hashes to something else',
    fault: { at: 'dev', match: { method: 'GET', path: BLOBS }, action: { kind: 'corrupt', offset: 0 } },
    inputs,
    onTheWay: true,
    code: 'DIGEST_MISMATCH',
    says: () => ['sha256:'],
  },
  {
    name: 'a layer that is shorter than it says',
    fault: { at: 'dev', match: { method: 'GET', path: BLOBS }, action: { kind: 'truncate', toBytes: 100 } },
    inputs,
    onTheWay: true,
    code: 'DIGEST_MISMATCH',
    says: () => ['sha256:'],
  },
  {
    name: 'a layer that is longer than it says',
    fault: {
      at: 'dev',
      match: { method: 'GET', path: BLOBS },
      action: { kind: 'extend', bytes: Buffer.from('and more') },
    },
    inputs,
    onTheWay: true,
    code: 'DIGEST_MISMATCH',
    says: () => ['sha256:'],
  },
  {
    name: 'a page for people in place of a manifest',
    fault: { at: 'dev', match: { path: MANIFESTS }, action: { kind: 'html' } },
    inputs,
    code: 'PROTOCOL_INVALID',
    says: (stage) => [stage.dev.host],
  },
  {
    name: 'a page for people in place of the referrers',
    fault: { at: 'dev', match: { path: /\/referrers\// }, action: { kind: 'html' } },
    inputs,
    code: 'PROTOCOL_INVALID',
    says: (stage) => [stage.dev.host],
  },
  {
    name: 'referrers that cannot be read',
    fault: { at: 'dev', match: { path: /\/referrers\// }, action: { kind: 'answer', status: 403 } },
    inputs,
    code: 'FORBIDDEN',
    says: (stage) => [stage.dev.host],
  },
  {
    name: 'a destination that is the source',
    inputs: (stage) => ({ ...inputs(stage), destination: `${stage.dev.host}/${REPOSITORY}` }),
    code: 'INPUT_INVALID',
    says: (stage) => [`${stage.dev.host}/${REPOSITORY}`],
  },
  {
    name: 'a destination that stands there twice',
    inputs: (stage) => ({
      ...inputs(stage),
      destination: `${stage.prod.host}/prod/api\n${stage.prod.host}/prod/api`,
    }),
    code: 'INPUT_INVALID',
    says: (stage) => [`${stage.prod.host}/prod/api`],
  },
  {
    name: 'a destination with a tag',
    inputs: (stage) => ({ ...inputs(stage), destination: `${stage.prod.host}/prod/api:1.0.0` }),
    code: 'INPUT_INVALID',
    says: () => ['prod/api:1.0.0'],
  },
  {
    name: 'a source by digest without tags for the destination',
    inputs: (stage) => ({
      ...inputs(stage),
      source: `${stage.dev.host}/${REPOSITORY}@${stage.image.digest}`,
    }),
    code: 'INPUT_INVALID',
    says: () => ['names no tag'],
  },
  {
    name: 'a name that is none',
    inputs: (stage) => ({ ...inputs(stage), source: `${stage.dev.host}/Dev/API:1.0.0` }),
    code: 'INPUT_INVALID',
    says: () => ['Dev/API'],
  },
  {
    name: 'a tag that is none',
    inputs: (stage) => ({ ...inputs(stage), tags: '1.0.0+build' }),
    code: 'INPUT_INVALID',
    says: () => ['1.0.0+build'],
  },
  {
    name: 'a boolean that is none',
    inputs: (stage) => ({ ...inputs(stage), 'dry-run': 'yes please' }),
    code: 'INPUT_INVALID',
    says: () => ['dry-run', 'yes please'],
  },
  {
    name: 'no source',
    inputs: (stage) => ({ destination: `${stage.prod.host}/prod/api` }),
    code: 'INPUT_INVALID',
    says: () => ['source'],
  },
  {
    name: 'a policy file that is named and missing',
    inputs: (stage) => ({ ...inputs(stage), policy: 'deploy/policy.yml' }),
    code: 'POLICY_INVALID',
    says: () => ['deploy/policy.yml'],
  },
];

describe('refuses, says why and what to do, and writes nothing', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.workplace.close());

  it.each(REFUSALS)(
    '$name',
    async ({ fault, inputs: makeInputs, code, onTheWay = false, says }) => {
      stage.dev.log.clear();
      stage.prod.log.clear();
      const scripted = fault && stage[fault.at].faults.add(fault.match, fault.action);
      const result = await stage.promote(makeInputs(stage));
      scripted?.remove();

      expect({
        exit: result.exitCode,
        code: result.outputs.get('error-code'),
        log: result.log,
      }).toMatchObject({
        exit: 1,
        code,
      });
      if (scripted !== undefined) expect(scripted.hits).toBeGreaterThan(0);
      const { error } = jsonOf(result) as { readonly error?: Readonly<Record<string, string>> };
      expect(error).toMatchObject({ code });
      expect(error?.['remedy']).toMatch(/\S/);
      for (const part of says(stage)) expect(error?.['message']).toContain(part);
      expect(result.log).toContain(`::error title=promote%3A ${code}::`);
      expect(result.summary).toContain(code);
      expect(result.outputs.get('promoted')).toBe('false');
      expect(result.outputs.get('references') ?? '').toBe('');

      const writes = [...writesOf(stage.dev), ...writesOf(stage.prod)];
      expect(onTheWay ? writes.filter((line) => line.includes('/manifests/')) : writes).toEqual([]);
      expect(stage.prod.store.openUploads).toBe(0);
      expect(await listTags({ host: stage.prod.host, name: 'prod/api' })).toEqual([]);
      expect(stage.prod.store.manifests('prod/api')).toEqual([]);
    },
    60_000,
  );
});

describe('refuses what is too large', () => {
  it('a manifest over the limit, before anything is written', async () => {
    // The registry of this test takes anything; the distribution-spec has registries take 4 MiB at least.
    const anything: RegistryOptions = { manifestLimit: 64 * 2 ** 20 };
    const stage = await openStage({ dev: anything, prod: anything });
    try {
      const huge = makeImage({
        layers: [randomLayer('huge', 100)],
        annotations: { 'org.opencontainers.image.description': 'x'.repeat(20 * 2 ** 20) },
      });
      await seed(stage.dev, 'dev/huge', makeIndex([huge]), { tags: [VERSION] });
      const result = await stage.promote({
        source: `${stage.dev.host}/dev/huge:${VERSION}`,
        destination: `${stage.prod.host}/prod/huge`,
      });
      expect(result.exitCode).toBe(1);
      expect(jsonOf(result)).toMatchObject({ error: { code: 'LIMIT_EXCEEDED' } });
      expect(writesOf(stage.prod)).toEqual([]);
    } finally {
      await stage.workplace.close();
    }
  }, 60_000);
});
