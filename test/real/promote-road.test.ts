// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what queries and workflows hold.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ManifestContent } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { runChecked, runProgram } from '../../packages/tooling/src/bench/process.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { runAct } from '../support/act.ts';
import { standInForArtifacts } from '../support/act-artifacts.ts';
import { startPrometheus, writeGauge } from '../support/prometheus.ts';
import {
  BUILDER,
  COMMIT,
  openRealRoad,
  PROMOTER_IDENTITY,
  type RealRoad,
  ROAD_TOOLS,
} from '../support/real-road.ts';
import {
  gatesOf,
  makeKeys,
  makeLabelledImage,
  RECORD_TYPE,
  type ToldHistory,
  VSA_TYPE,
} from '../support/road.ts';
import { ROOT } from '../support/runner.ts';
import { jsonOf } from '../support/stage.ts';
import { describeWithTools } from '../support/tools.ts';
import { advisoryFiles, makeVulnerableImage } from '../support/vulnerable-image.ts';

const MINUTES = 60_000;
/** The run that people approve. */
const RUN = '4711';

/** Its environments one after another, as a repository calls the workflow. */
const CALLER = `
name: deliver
on: push
permissions: {}
jobs:
  dev:
    permissions: &all
      actions: read
      attestations: read
      checks: read
      contents: read
      deployments: write
      id-token: write
      packages: write
      pull-requests: read
      statuses: read
    uses: ./.github/workflows/promote.yml
    with: { source: "SOURCE", to: dev, sigstore: "SIGSTORE" }
    secrets: { token: token }
  staging:
    needs: dev
    permissions: *all
    uses: ./.github/workflows/promote.yml
    with: { from: dev, version: aaaaaaa, to: staging, sigstore: "SIGSTORE" }
    secrets: { token: token }
  production:
    needs: staging
    permissions: *all
    uses: ./.github/workflows/promote.yml
    with: { from: staging, version: 2.1.0, to: production, evidence: "test-*", sigstore: "SIGSTORE" }
    secrets: { token: token }
  after:
    needs: production
    runs-on: ubuntu-24.04
    steps:
      - env:
          REFERENCES: \${{ needs.production.outputs.references }}
        run: echo "made $REFERENCES"
`;

/** A runner of GitHub's would set these so; act has its own idea of them. */
const WRAPPER = `
Object.assign(process.env, JSON.parse(process.env.OF_THE_RUNNER));
await import('./promote.js');
`;

const JUNIT = '<testsuite><testcase name="one"/><testcase name="two"/></testsuite>';

describeWithTools(
  'the road from dev to production on real servers',
  ['act', 'crane', 'oras', 'prometheus', 'promtool', ...ROAD_TOOLS],
  (tools) => {
    let road: RealRoad;
    let prometheus: string;
    let image: ManifestContent;
    beforeAll(async () => {
      road = await openRealRoad(tools);
      const start = Math.floor(Date.now() / MINUTES) * MINUTES - 90 * MINUTES;
      const around = (mean: number) => Array.from({ length: 89 }, (_, index) => mean + (index % 7) / 100);
      prometheus = await startPrometheus(tools, road.workplace, [
        writeGauge('latency', start, {
          'app="old"': around(1),
          'app="same"': around(1),
          'app="new"': around(2),
        }),
      ]);
      image = makeLabelledImage({ commit: COMMIT, version: '2.1.0' });
      await road.seed('acme/build', image, 'main-42');
      await road.sign(`${road.at('acme/build')}:main-42`);
      const repository = road.github.repository('acme/app');
      repository.addCommit({ sha: COMMIT });
      repository.addCheckRun({ sha: COMMIT, name: 'test' });
      repository.addStatus({ sha: COMMIT, context: 'lint', state: 'failure' });
      repository.addEnvironment({ name: 'production', reviewers: ['maria'] });
      repository.addEnvironment({ name: 'next', reviewers: ['maria'] });
      repository.addRun({ id: Number(RUN), headSha: COMMIT });
      repository.addReview(Number(RUN), { environments: ['production'], user: 'maria', comment: 'Go.' });
    }, 5 * MINUTES);
    afterAll(() => road.workplace.close());

    const crane = async (...args: readonly string[]): Promise<string> =>
      (await runChecked(tools.crane, args, { cwd: road.workplace.directory, timeout: MINUTES })).trim();
    const tagsOf = async (repository: string): Promise<readonly string[]> =>
      (await crane('ls', road.at(repository))).split('\n').toSorted();
    const canary = (app: string): object => ({
      prometheus,
      baseline: 'old',
      canary: app,
      metrics: [{ name: 'latency', query: 'latency{app="${scope}"}', direction: 'increase' }],
    });
    const signed = () => ({
      'certificate-identity': BUILDER,
      'certificate-oidc-issuer': road.stack.urls.issuer,
    });

    /** The policy of the road; `more` stands beside its environments. */
    const policy = (more: Readonly<Record<string, unknown>> = {}): object => ({
      version: 1,
      records: road.records,
      environments: {
        dev: {
          repository: road.at('acme/dev'),
          tags: 'git-sha',
          gates: { checks: { require: 'test' }, signature: signed() },
        },
        staging: {
          repository: road.at('acme/staging'),
          'promote-from': 'dev',
          tags: ['git-sha', 'semver'],
          gates: {
            provenance: { 'min-slsa-level': 2, 'source-ref': 'refs/heads/main' },
            signature: signed(),
            platforms: ['linux/amd64', 'linux/arm64'],
          },
        },
        production: {
          repository: [road.at('acme/eu'), road.at('acme/us')],
          'promote-from': 'staging',
          tags: ['semver', 'combined'],
          channels: ['2', 'latest'],
          gates: {
            approval: { 'at-least': 1 },
            canary: canary('same'),
            tests: { junit: 'promotion-evidence/**/*.xml' },
            soak: '1s',
            window: { allow: 'Mon-Sun 00:00-24:00 UTC' },
            command: { run: ['node', '-e', 'process.exit(0)'] },
          },
        },
        ...more,
      },
    });

    const promote = (
      inputs: Readonly<Record<string, string>>,
      environments: Readonly<Record<string, unknown>>,
      options: { readonly env?: Readonly<Record<string, string>>; readonly files?: object } = {},
    ): Promise<StepResult> =>
      road.run(
        'promote',
        { sigstore: road.sigstore, 'github-token': 'token', ...inputs },
        {
          env: { ...road.promoter, GITHUB_RUN_ID: RUN, ...options.env },
          files: { '.github/artifact-lifecycle.yml': policy(environments), ...options.files },
        },
      );

    it(
      'is gone by the workflow promote, and other people read what it leaves',
      async () => {
        const written = await readFile(join(ROOT, '.github', 'workflows', 'promote.yml'), 'utf8');
        // A permission that act does not know yet; it grants none anyway.
        const workflow = written.replace(/^ +artifact-metadata: write.*\n/m, '');
        expect(workflow).not.toBe(written);
        const suite = await road.workplace.place('suite');
        await cp(join(ROOT, 'dist', 'promote'), join(suite, 'dist', 'promote'), { recursive: true });
        await cp(join(suite, 'dist', 'promote', 'index.js'), join(suite, 'dist', 'promote', 'promote.js'));
        await writeFile(join(suite, 'dist', 'promote', 'index.js'), WRAPPER);
        await mkdir(join(suite, 'actions', 'promote'), { recursive: true });
        const metadata = join('actions', 'promote', 'action.yml');
        await cp(join(ROOT, metadata), join(suite, metadata));
        const caller = await road.workplace.place('caller');
        const write = async (path: string, text: string): Promise<string> => {
          const file = join(caller, path);
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, text);
          return file;
        };
        await write('.github/workflows/promote.yml', workflow);
        await write('.github/artifact-lifecycle.yml', stringify(policy()));
        const calling = CALLER.replace('SOURCE', `${road.at('acme/build')}:main-42`);
        const deliver = await write(
          '.github/workflows/deliver.yml',
          calling.replaceAll('SIGSTORE', road.sigstore),
        );
        const artifacts = await road.workplace.place('artifacts');
        await mkdir(join(artifacts, 'test-reports'));
        await writeFile(join(artifacts, 'test-reports', 'unit.xml'), JUNIT);
        const { exitCode, stdout, stderr } = await runAct({
          act: tools.act,
          workflow: deliver,
          home: await road.workplace.place('home'),
          directory: caller,
          more: [
            ...['-P', 'ubuntu-24.04=-self-hosted', '-s', 'GITHUB_TOKEN=token'],
            ...(await standInForArtifacts({ workflow, caller, suite, artifacts }, road.workplace)),
            ...Object.entries(road.promoter).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
            ...['--env', `OF_THE_RUNNER=${JSON.stringify({ ...road.promoter, GITHUB_RUN_ID: RUN })}`],
          ],
        });
        expect({ exitCode, log: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, log: '' });
        for (const region of ['acme/eu', 'acme/us']) {
          expect(stdout).toContain(`${road.at(region)}:2.1.0@${image.digest}`);
          expect(await tagsOf(region)).toEqual([
            ...['2', '2.1.0', '2.1.0-aaaaaaa', 'artifact-lifecycle.production', 'latest'],
            // distribution has no API for referrers.
            ...(await tagsOf(region)).filter((tag) => tag.startsWith('sha256-')),
          ]);
          for (const tag of ['2', '2.1.0', '2.1.0-aaaaaaa', 'latest']) {
            expect([tag, await crane('digest', `${road.at(region)}:${tag}`)]).toEqual([tag, image.digest]);
          }
        }
        const kept = (await readdir(artifacts)).map((name) => name.replace(/[0-9a-f]{16}/, 'ID')).toSorted();
        expect(kept.filter((name) => name.startsWith('promotion-plan'))).toHaveLength(3);
        const reports = (await readdir(artifacts)).filter((name) => name.startsWith('promotion-report'));
        // act knows no index of a job in its matrix, so the two regions' reports have one name there.
        expect(reports).toHaveLength(6);
        for (const name of reports) {
          expect(await readFile(join(artifacts, name, 'promotion.html'), 'utf8')).toContain(image.digest);
        }
        const { deployments } = road.github.repository('acme/app');
        expect(
          deployments.map(({ environment, sha, statuses }) => [environment, sha, statuses[0]?.state]),
        ).toEqual([
          ['dev', COMMIT, 'success'],
          ['staging', COMMIT, 'success'],
          ...['eu', 'us'].map(() => ['production', COMMIT, 'success']),
        ]);
        expect(road.github.unknown).toEqual([]);
      },
      5 * MINUTES,
    );

    it(
      'leaves records and summaries that cosign, oras and verify accept, by whom the policy names',
      async () => {
        const who = road.cosign.trusting({ identity: PROMOTER_IDENTITY, issuer: road.stack.urls.issuer });
        const subject = `${road.at('acme/eu')}:2.1.0`;
        const told = await road.cosign.run('verify-attestation', '--type', RECORD_TYPE, ...who, subject);
        const records = told
          .trim()
          .split('\n')
          .map((line) => JSON.parse(Buffer.from(JSON.parse(line).payload, 'base64').toString()).predicate);
        expect(records.map(({ environment }) => environment).toSorted()).toEqual([
          'dev',
          'production',
          'staging',
        ]);
        const production = records.find(({ environment }) => environment === 'production');
        expect(production).toMatchObject({
          from: 'staging',
          version: '2.1.0',
          approvals: [{ login: 'maria', comment: 'Go.' }],
          canary: { classification: 'pass', score: 100 },
          run: { commit: COMMIT },
          previous: null,
        });
        await road.cosign.run('verify-attestation', '--type', VSA_TYPE, ...who, subject);
        const others = road.cosign.trusting({ identity: BUILDER, issuer: road.stack.urls.issuer });
        expect(
          (await road.cosign.try('verify-attestation', '--type', VSA_TYPE, ...others, subject)).exitCode,
        ).not.toBe(0);
        const tree = await runChecked(
          tools.oras,
          [
            'discover',
            '--plain-http',
            '--distribution-spec',
            'v1.1-referrers-tag',
            '--format',
            'json',
            subject,
          ],
          { cwd: road.workplace.directory, timeout: MINUTES },
        );
        const head = await crane('digest', `${road.at('acme/eu')}:artifact-lifecycle.production`);
        expect(tree).toContain(head);
        const verified = await road.run(
          'verify',
          {
            subject,
            'certificate-identity': PROMOTER_IDENTITY,
            'certificate-oidc-issuer': road.stack.urls.issuer,
            'trusted-root': road.stack.trustedRootFile,
            require: `vsa, ${RECORD_TYPE}`,
            recursive: 'false',
          },
          { env: road.builder },
        );
        expect([verified.exitCode, verified.outputs.get('verified')]).toEqual([0, 'true']);
        const history = await promote({ mode: 'history', to: 'production' }, {});
        expect({ exitCode: history.exitCode, log: history.exitCode === 0 ? '' : history.log }).toEqual({
          exitCode: 0,
          log: '',
        });
        const regions: readonly ToldHistory[] = JSON.parse(history.outputs.get('history') ?? '[]');
        expect(
          regions.map(({ entries, remarks }) => [entries.map(({ version }) => version), remarks]),
        ).toEqual([
          [['2.1.0'], []],
          [['2.1.0'], []],
        ]);
      },
      3 * MINUTES,
    );

    /** An attempt to get into an environment with these gates. */
    interface Attempt {
      readonly name: string;
      readonly gates: (road: RealRoad) => Readonly<Record<string, unknown>>;
      /** From `staging` when absent. */
      readonly source?: string;
      readonly verdict?: string;
      readonly reason: RegExp;
      readonly files?: () => Readonly<Record<string, string>>;
    }

    const day = (offset: number): string =>
      new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const ATTEMPTS: readonly Attempt[] = [
      {
        name: 'a failing check',
        gates: () => ({ checks: { require: ['test', 'lint'] } }),
        reason: /lint/,
      },
      { name: 'a missing approval', gates: () => ({ approval: {} }), reason: /none counts/ },
      {
        name: 'an unsigned image',
        gates: () => ({ signature: signed() }),
        source: 'acme/unsigned',
        reason: /signature/i,
      },
      {
        name: 'a wrong identity',
        gates: () => ({ signature: { ...signed(), 'certificate-identity': `${BUILDER}2` } }),
        reason: /identity/,
      },
      {
        name: 'a level too low',
        gates: () => ({ signature: signed(), provenance: { 'min-slsa-level': 3 } }),
        reason: /level/,
      },
      { name: 'a missing platform', gates: () => ({ platforms: 'linux/s390x' }), reason: /linux\/s390x/ },
      {
        name: 'a critical vulnerability',
        gates: () => ({ vulnerabilities: { 'fail-on': 'critical', advisories: 'advisories' } }),
        source: 'acme/vulnerable',
        reason: /CVE-2021-44228/,
        files: () => advisoryFiles(),
      },
      { name: 'a bad canary', gates: () => ({ canary: canary('new') }), reason: /latency/ },
      { name: 'a too short soak', gates: () => ({ soak: '24h' }), reason: /24h|1d|day/ },
      {
        name: 'a frozen window',
        gates: () => ({ window: { freeze: `${day(-1)}/${day(1)}` } }),
        reason: /freeze|frozen/,
      },
      {
        name: 'a failing command',
        gates: () => ({
          command: {
            run: ['node', '-e', 'console.log(JSON.stringify({reason:"Not on my watch."}));process.exit(3)'],
          },
        }),
        reason: /Not on my watch/,
      },
    ];

    describe('stops at', () => {
      const next = (gates: object, from = 'staging'): Readonly<Record<string, unknown>> => ({
        next: {
          repository: road.at('acme/next'),
          ...(from !== '' && { 'promote-from': from }),
          tags: 'semver',
          gates,
        },
      });
      const nothingThere = async (): Promise<void> => {
        const { exitCode, stderr } = await runProgram(tools.crane, ['ls', road.at('acme/next')], {
          cwd: road.workplace.directory,
          timeout: MINUTES,
        });
        expect([exitCode, stderr]).toEqual([1, expect.stringContaining('NAME_UNKNOWN')]);
      };

      beforeAll(async () => {
        await road.seed(
          'acme/unsigned',
          makeLabelledImage({ commit: 'c'.repeat(40), version: '3.0.0' }),
          '3.0.0',
        );
        await road.seed('acme/vulnerable', makeVulnerableImage(), '3.0.0');
      });

      it.each(ATTEMPTS)(
        '$name',
        async ({ gates, source, reason, files }) => {
          const named =
            source === undefined
              ? { from: 'staging', version: '2.1.0' }
              : { source: `${road.at(source)}:3.0.0`, version: '3.0.0' };
          const result = await promote(
            { ...named, to: 'next' },
            next(gates(road), source === undefined ? 'staging' : ''),
            { ...(files !== undefined && { files: files() }) },
          );
          expect([result.outputs.get('error-code'), result.outputs.get('promoted')]).toEqual([
            'GATE_FAILED',
            'false',
          ]);
          const stopping = gatesOf(result).filter(({ verdict }) => verdict !== 'pass');
          expect(stopping.map(({ gate, verdict, reason: why }) => `${gate} ${verdict} ${why}`)).toEqual([
            expect.stringMatching(reason),
          ]);
          expect(Object.keys(gates(road))).toContain(stopping[0]?.gate);
          await nothingThere();
        },
        MINUTES,
      );

      it(
        'a source that moves while the gates judge',
        async () => {
          await road.seed('acme/moving', image, '2.1.0');
          const other = `${road.at('acme/unsigned')}:3.0.0`;
          await crane('copy', other, `${road.at('acme/moving')}:other`);
          // The gate's own program is who moves it.
          const move = { run: [tools.crane, 'tag', `${road.at('acme/moving')}:other`, '2.1.0'] };
          const result = await promote(
            { source: `${road.at('acme/moving')}:2.1.0`, to: 'next' },
            next({ command: move }, ''),
          );
          expect([result.outputs.get('error-code'), gatesOf(result).map(({ verdict }) => verdict)]).toEqual([
            'PLAN_STALE',
            ['pass', 'pass'],
          ]);
          await nothingThere();
        },
        MINUTES,
      );

      it(
        'a forged record',
        async () => {
          // Somebody who may push to staging signs a record of their own, with the same words.
          const { privateKey, publicKey } = makeKeys();
          const forging = { ...policy(), records: { key: 'forger.pub' } };
          const forged = await road.run(
            'promote',
            {
              source: `${road.at('acme/unsigned')}:3.0.0`,
              to: 'staging',
              'require-gates': 'false',
              key: 'forger.key',
              sigstore: road.sigstore,
            },
            {
              env: road.builder,
              files: {
                'forger.key': privateKey,
                'forger.pub': publicKey,
                '.github/artifact-lifecycle.yml': {
                  ...forging,
                  environments: { staging: { repository: road.at('acme/forged'), tags: 'semver' } },
                },
              },
            },
          );
          expect(forged.exitCode).toBe(0);
          const result = await promote(
            { from: 'pre', version: '3.0.0', to: 'next' },
            { ...next({ platforms: 'linux/amd64' }, 'pre'), pre: { repository: road.at('acme/forged') } },
          );
          expect(result.outputs.get('error-code')).toBe('GATE_FAILED');
          const [stopping, ...more] = gatesOf(result).filter(({ verdict }) => verdict !== 'pass');
          expect([stopping?.gate, more]).toEqual(['promote-from', []]);
          expect(stopping?.reason).toContain('What claims to be one does not count');
          await nothingThere();
        },
        MINUTES,
      );

      it(
        "a record of another repository's run of the same workflow",
        async () => {
          const environments = next({ platforms: 'linux/amd64' });
          const records = { ...road.records, 'source-repository': 'acme/other' };
          const result = await promote({ from: 'staging', version: '2.1.0', to: 'next' }, environments, {
            files: { '.github/artifact-lifecycle.yml': { ...policy(environments), records } },
          });
          expect(result.outputs.get('error-code')).toBe('GATE_FAILED');
          const stopping = gatesOf(result).filter(({ verdict }) => verdict !== 'pass');
          expect(stopping.map(({ gate }) => gate)).toEqual(['promote-from']);
          expect(stopping[0]?.reason).toContain('acme/other');
          await nothingThere();
        },
        MINUTES,
      );

      it(
        'nothing, where all is well',
        async () => {
          const plan = await promote(
            { mode: 'plan', from: 'staging', version: '2.1.0', to: 'next' },
            next({ approval: {}, canary: canary('same') }),
          );
          expect([plan.exitCode, jsonOf(plan)['plan-file']]).toEqual([0, 'promotion-plan.json']);
          expect(
            gatesOf(plan).map(({ gate, verdict, warnOnly }) => `${gate} ${verdict} ${warnOnly}`),
          ).toEqual([
            'promote-from pass false',
            'hold pass false',
            'canary pass false',
            'approval fail true',
          ]);
          await nothingThere();
          const result = await promote(
            { from: 'staging', version: '2.1.0', to: 'next' },
            next({ checks: { require: 'test' }, canary: canary('same') }),
          );
          expect([result.exitCode, result.outputs.get('promoted')]).toEqual([0, 'true']);
          expect(await crane('digest', `${road.at('acme/next')}:2.1.0`)).toBe(image.digest);
        },
        MINUTES,
      );
    });
  },
);
