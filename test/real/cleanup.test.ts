import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cosignTag,
  type ManifestContent,
  makeBlob,
  makeImage,
  makeIndex,
  seed,
  tarLayer,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runChecked, runProgram } from '../../packages/tooling/src/bench/process.ts';
import {
  REAL_REGISTRIES,
  type RealRegistry,
  type RealRegistryKind,
  startRealRegistry,
} from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { runAction } from '../support/runner.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const DAY = 86_400_000;

const RETENTION = `
classes:
  releases: { match: { tags: ["v*"] }, keep: forever }
  builds: { match: { tags: ["sha-*"] }, keep: 30d }
`;

const KINDS = (['distribution', 'crane', 'docker-registry', 'referrers'] as const).map((kind) => ({
  kind,
  name: REAL_REGISTRIES[kind].title,
}));

/** A build with what hangs on it, as it was pushed. */
interface Build {
  readonly index: ManifestContent['digest'];
  readonly platforms: readonly string[];
  /** By `oras attach`, on the index. */
  readonly sbom: string;
  /** By `oras attach`, on the SBOM: a referrer of a referrer. */
  readonly signatureOfSbom: string;
  /** By `oras attach`, on the first platform. */
  readonly provenance: string;
  /** Under cosign's tag. */
  readonly sig: string;
}

interface PlannedItem {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly action: string;
}

describeWithTools(
  'cleaning up real registries',
  ['crane', 'docker-registry', 'oras', 'referrers-registry', 'registry'],
  (tools) => {
    let workplace: Workplace;
    let directory: string;
    const registries = new Map<RealRegistryKind, RealRegistry>();

    beforeAll(async () => {
      workplace = await openWorkplace('cleanup');
      directory = await workplace.place('clients');
      for (const { kind } of KINDS) {
        const tool = REAL_REGISTRIES[kind].tool;
        const registry = await startRealRegistry(kind, tools[tool], await workplace.place(kind));
        workplace.onClose(() => registry.stop());
        registries.set(kind, registry);
      }
    }, 2 * MINUTES);
    afterAll(() => workplace.close());

    const options = () => ({
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: directory, DOCKER_CONFIG: join(directory, '.docker') },
    });
    const crane = (...args: readonly string[]): Promise<string> => runChecked(tools.crane, args, options());
    const oras = (...args: readonly string[]): Promise<string> =>
      runChecked(tools.oras, [...args, '--plain-http'], options());
    const isThere = async (reference: string): Promise<boolean> =>
      (await runProgram(tools.crane, ['manifest', reference], options())).exitCode === 0;
    const registryOf = (kind: RealRegistryKind): RealRegistry => {
      const registry = registries.get(kind);
      if (registry === undefined) throw new Error(`${kind} does not run`);
      return registry;
    };

    /** Attaches with oras, and gives the digest of the new referrer. */
    const attach = async (subject: string, artifactType: string): Promise<string> => {
      const annotation = `org.example.about=${subject}`;
      const said = await oras(
        ...['attach', '--format', 'json', '--artifact-type', artifactType],
        ...['--annotation', annotation, subject],
      );
      return JSON.parse(said).digest;
    };

    /** An index of two platforms, so many days old by its annotation, or by its configs alone. */
    const makeBuild = (tag: string, days: number, isAnnotated: boolean): ManifestContent => {
      const created = new Date(Date.now() - days * DAY).toISOString();
      const platforms = ['amd64', 'arm64'].map((architecture) =>
        makeImage({
          layers: [tarLayer([{ path: 'app', content: `${tag} for ${architecture}` }])],
          platform: { os: 'linux', architecture },
          ...(isAnnotated ? {} : { config: { created } }),
        }),
      );
      return makeIndex(platforms, {
        ...(isAnnotated ? { annotations: { 'org.opencontainers.image.created': created } } : {}),
      });
    };

    const push = async (
      repository: string,
      tag: string,
      days: number,
      isAnnotated = true,
    ): Promise<Build> => {
      const host = repository.slice(0, repository.indexOf('/'));
      const name = repository.slice(host.length + 1);
      const index = makeBuild(tag, days, isAnnotated);
      await seed(`http://${host}`, name, index, { tags: [tag] });
      const platforms = index.children.map(({ digest }) => digest);
      const sbom = await attach(`${repository}@${index.digest}`, 'application/spdx+json');
      // As cosign does: the tag alone tells what it is about.
      const payload = JSON.stringify({ critical: { image: { 'docker-manifest-digest': index.digest } } });
      const sig = makeImage({
        layers: [makeBlob(payload, 'application/vnd.dev.cosign.simplesigning.v1+json')],
      });
      await seed(`http://${host}`, name, sig, { tags: [cosignTag(index.digest, 'sig')] });
      return {
        index: index.digest,
        platforms,
        sbom,
        signatureOfSbom: await attach(`${repository}@${sbom}`, 'application/vnd.example.signature'),
        provenance: await attach(`${repository}@${platforms[0]}`, 'application/vnd.in-toto+json'),
        sig: sig.digest,
      };
    };

    const digestsOf = ({
      index,
      platforms,
      sbom,
      signatureOfSbom,
      provenance,
      sig,
    }: Build): readonly string[] => [index, ...platforms, sbom, signatureOfSbom, provenance, sig].sort();

    const run = (
      job: string,
      repository: string,
      inputs: Readonly<Record<string, string>>,
    ): Promise<StepResult> =>
      runAction('cleanup', {
        directory: job,
        inputs: {
          targets: repository,
          retention: RETENTION,
          'protect-deployed': 'false',
          'max-percent': '100',
          ...inputs,
        },
        env: {},
      });

    /** Judged by others than us: all there, and whole. */
    const expectWhole = async (repository: string, tag: string, build: Build): Promise<void> => {
      expect(await crane('digest', `${repository}:${tag}`)).toBe(build.index);
      await crane('validate', '--remote', `${repository}:${tag}`);
      for (const digest of digestsOf(build)) {
        expect({ digest, isThere: await isThere(`${repository}@${digest}`) }).toEqual({
          digest,
          isThere: true,
        });
      }
      const discovered = await oras('discover', '--format', 'json', `${repository}@${build.index}`);
      expect(discovered).toContain(build.sbom);
      expect(discovered).toContain(build.signatureOfSbom);
      const below = await oras('discover', '--format', 'json', `${repository}@${build.platforms[0]}`);
      expect(below).toContain(build.provenance);
      expect(await crane('digest', `${repository}:${cosignTag(build.index, 'sig')}`)).toBe(build.sig);
    };
    const tagsOf = async (repository: string): Promise<readonly string[]> =>
      (await crane('ls', repository))
        .split('\n')
        .filter((tag) => tag !== '')
        .sort();
    const planOf = async (job: string): Promise<readonly PlannedItem[]> =>
      JSON.parse(await readFile(join(job, 'workspace', 'retention-plan.json'), 'utf8')).delete;

    it.each(KINDS)(
      'old builds leave $name with all that hangs on them, and what stays is whole',
      async ({ kind }) => {
        const repository = `${registryOf(kind).host}/acme/app`;
        const release = await push(repository, 'v1.0.0', 400);
        const old = await push(repository, 'sha-1111111', 40);
        const oldByConfig = await push(repository, 'sha-2222222', 40, false);
        const young = await push(repository, 'sha-3333333', 3);
        const job = await workplace.place('job');

        const planned = await run(job, repository, { mode: 'plan' });
        expect(planned.exitCode === 0 ? '' : planned.log).toBe('');
        const plan = await planOf(job);
        const going = [...digestsOf(old), ...digestsOf(oldByConfig)];
        const planDigests = plan.map(({ digest }) => digest);
        expect(planDigests).toEqual(expect.arrayContaining(going));
        for (const digest of [...digestsOf(release), ...digestsOf(young)]) {
          expect(planDigests).not.toContain(digest);
        }
        for (const [tag, build] of [
          ['v1.0.0', release],
          ['sha-1111111', old],
        ] as const) {
          await expectWhole(repository, tag, build);
        }

        const applied = await run(job, repository, { mode: 'apply' });
        expect(applied.exitCode === 0 ? '' : applied.log).toBe('');
        expect(applied.outputs.get('deleted')).toBe(String(plan.length));
        const audit = await readFile(join(job, 'workspace', 'retention-audit.jsonl'), 'utf8');
        const done = audit
          .trim()
          .split('\n')
          .map((line): string => JSON.parse(line).digest);
        expect(done.toSorted()).toEqual(planDigests.toSorted());
        await expectWhole(repository, 'v1.0.0', release);
        await expectWhole(repository, 'sha-3333333', young);
        for (const digest of planDigests) {
          expect({ digest, isThere: await isThere(`${repository}@${digest}`) }).toEqual({
            digest,
            isThere: false,
          });
        }
        const dead = going.map((digest) => digest.replace(':', '-'));
        expect((await tagsOf(repository)).filter((tag) => dead.some((name) => tag.startsWith(name)))).toEqual(
          [],
        );
        expect(await tagsOf(repository)).toEqual(expect.arrayContaining(['sha-3333333', 'v1.0.0']));

        const again = await run(await workplace.place('job'), repository, { mode: 'apply' });
        expect(again.exitCode === 0 ? '' : again.log).toBe('');
        expect(again.outputs.get('planned')).toBe('0');
      },
      4 * MINUTES,
    );

    it.each(KINDS)(
      'one tag of several is taken away in $name, or stays where it cannot, and never the image with it',
      async ({ kind }) => {
        const repository = `${registryOf(kind).host}/acme/shared`;
        const build = await push(repository, 'sha-4444444', 40);
        await crane('tag', `${repository}:sha-4444444`, 'v2.0.0');
        const job = await workplace.place('job');
        const { exitCode, log, outputs } = await run(job, repository, { mode: 'apply' });
        expect(exitCode === 0 ? '' : log).toBe('');
        expect(outputs.get('deleted')).toBe('0');
        await expectWhole(repository, 'v2.0.0', build);
        const hasTag = (await tagsOf(repository)).includes('sha-4444444');
        const cannotUntag = kind === 'docker-registry';
        expect(hasTag).toBe(cannotUntag);
        if (cannotUntag) expect(log).toContain('skipped');
      },
      4 * MINUTES,
    );
  },
);
