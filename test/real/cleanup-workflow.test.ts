import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ManifestContent,
  makeImage,
  makeIndex,
  makeReferrer,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { runAct } from '../support/act.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { ROOT } from '../support/runner.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const DAY = 86_400_000;

const CALLER = `
name: cleanup
on: push
permissions: {}
jobs:
  cleanup:
    permissions:
      contents: read
      deployments: read
      packages: write
      pull-requests: read
      id-token: write
    uses: ./.github/workflows/cleanup.yml
    with:
      targets: |
TARGETS
      retention: "classes: { builds: { match: { tags: ['sha-*'] }, keep: 30d } }"
      protect-deployed: false
      apply: APPLY
`;

/** In place of actions that are fetched from GitHub: what they would leave, from this machine. */
const CHECKOUT = `
name: stand-in
description: Copies the suite to where a checkout of it would be.
inputs:
  path: { default: caller, description: Where to. }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        TARGET: \${{ inputs.path }}
      run: mkdir -p "$TARGET" && cp -R "FROM/." "$TARGET/"
`;
const CACHE = `
name: stand-in
description: Has nothing, and keeps nothing.
runs:
  using: composite
  steps:
    - shell: bash
      run: "true"
`;
/** Runs between the two jobs' looks at the registry: somebody gives an image of another day a tag. */
const RESTORE = `
name: stand-in
description: Names a manifest that is there.
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        curl -sf -o late.json "MANIFESTS/DIGEST"
        curl -sf -X PUT -H "content-type: TYPE" --data-binary @late.json "MANIFESTS/TAG"
`;
const UPLOAD = `
name: stand-in
description: Copies files to where artifacts are kept.
inputs:
  name: { required: true, description: The artifact. }
  path: { required: true, description: Its files. }
outputs:
  artifact-id:
    description: Its id.
    value: \${{ steps.copy.outputs.id }}
runs:
  using: composite
  steps:
    - shell: bash
      id: copy
      env:
        NAME: \${{ inputs.name }}
        FILES: \${{ inputs.path }}
      run: |
        mkdir -p "FROM/$NAME"
        cp $FILES "FROM/$NAME/"
        echo "id=$NAME" >> "$GITHUB_OUTPUT"
`;
const DOWNLOAD = `
name: stand-in
description: Brings back an artifact's files.
inputs:
  artifact-ids: { required: true, description: The artifact. }
  path: { required: true, description: Where to. }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        NAME: \${{ inputs.artifact-ids }}
        TARGET: \${{ inputs.path }}
      run: |
        if [ -z "$NAME" ]; then exit 1; fi
        rm -f "$TARGET"/retention-*
        mkdir -p "$TARGET"
        cp "FROM/$NAME/"* "$TARGET/"
`;

describeWithTools('the workflow cleanup under act', ['act'], ({ act }) => {
  let workplace: Workplace;
  let registry: TestRegistry;
  let issuer: Issuer;
  beforeEach(async () => {
    workplace = await openWorkplace('cleanup');
    registry = await startRegistry();
    issuer = await startIssuer();
    workplace.onClose(() => registry.close());
    workplace.onClose(() => issuer.close());
  });
  afterEach(() => workplace.close());

  /** Of one platform, so many days old. */
  function makeBuild(name: string, days: number): ManifestContent {
    const created = new Date(Date.now() - days * DAY).toISOString();
    return makeIndex([makeImage({ layers: [name] })], {
      annotations: { 'org.opencontainers.image.created': created },
    });
  }

  /** A build with a list attached. */
  async function push(repository: string, tag: string, days: number): Promise<ManifestContent> {
    const index = makeBuild(`${repository} ${tag}`, days);
    await seed(registry, repository, index, { tags: [tag] });
    await seed(registry, repository, makeReferrer({ subject: index, artifactType: 'application/spdx+json' }));
    return index;
  }

  async function run(repositories: readonly string[], apply: boolean, restore = CACHE) {
    const workflow = await readFile(join(ROOT, '.github', 'workflows', 'cleanup.yml'), 'utf8');
    const suite = await workplace.place('suite');
    await cp(join(ROOT, 'dist', 'cleanup'), join(suite, 'dist', 'cleanup'), { recursive: true });
    await mkdir(join(suite, 'actions', 'cleanup'), { recursive: true });
    const metadata = join('actions', 'cleanup', 'action.yml');
    await cp(join(ROOT, metadata), join(suite, metadata));
    const artifacts = await workplace.place('artifacts');
    const standIn = async (action: string, text: string, inner?: string): Promise<readonly string[]> => {
      const directory = await workplace.place('stand-in');
      await writeFile(join(directory, 'action.yml'), text);
      if (inner !== undefined) {
        await mkdir(join(directory, 'restore'));
        await writeFile(join(directory, 'restore', 'action.yml'), inner);
      }
      const [pin = ''] = new RegExp(`${action}@[0-9a-f]{40}`).exec(workflow) ?? [];
      return ['--local-repository', `${pin}=${directory}`];
    };
    const caller = await workplace.place('caller');
    const workflows = join(caller, '.github', 'workflows');
    await mkdir(workflows, { recursive: true });
    await writeFile(join(workflows, 'cleanup.yml'), workflow);
    const targets = repositories.map((name) => `        ${registry.host}/${name}`).join('\n');
    const file = join(workflows, 'weekly.yml');
    await writeFile(file, CALLER.replace('TARGETS', targets).replace('APPLY', String(apply)));
    const claims = {
      job_workflow_ref:
        'artifact-lifecycle/artifact-lifecycle/.github/workflows/cleanup.yml@refs/tags/v1.2.3',
      job_workflow_sha: 'b'.repeat(40),
    };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
    issuer.answers.push({ status: 200, body: JSON.stringify({ value: `e30.${payload}.e30` }) });
    const { exitCode, stdout, stderr } = await runAct({
      act,
      workflow: file,
      home: await workplace.place('home'),
      directory: caller,
      more: [
        ...['-P', 'ubuntu-24.04=-self-hosted'],
        ...(await standIn('actions/checkout', CHECKOUT.replace('FROM', suite))),
        ...(await standIn('actions/cache', CACHE, restore)),
        ...(await standIn('actions/upload-artifact', UPLOAD.replaceAll('FROM', artifacts))),
        ...(await standIn('actions/download-artifact', DOWNLOAD.replaceAll('FROM', artifacts))),
        ...['--env', `ACTIONS_ID_TOKEN_REQUEST_URL=${issuer.url}/token?for=job`],
        ...['--env', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN=request'],
      ],
    });
    expect({ exitCode, log: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, log: '' });
    const kept = (await readdir(artifacts)).sort();
    const read = (start: string, name: string): Promise<string> =>
      readFile(join(artifacts, kept.find((artifact) => artifact.startsWith(start)) ?? '', name), 'utf8');
    return { kept, read };
  }
  const holds = (repository: string): readonly string[] =>
    registry.store.manifests(repository).map(({ digest }) => digest);

  it(
    'plans every target, and carries out those plans, not what would go by now',
    async () => {
      const young = await push('acme/app', 'sha-2222222', 3);
      const old = await push('acme/app', 'sha-1111111', 40);
      await push('acme/web', 'sha-3333333', 40);
      await push('acme/web', 'v1', 400);
      const late = makeBuild('late', 40);
      await seed(registry, 'acme/app', late);
      const restore = RESTORE.replaceAll('MANIFESTS', `http://${registry.host}/v2/acme/app/manifests`)
        .replace('DIGEST', late.digest)
        .replace('TYPE', late.mediaType)
        .replace('TAG', 'sha-4444444');
      const { kept, read } = await run(['acme/app', 'acme/web'], true, restore);
      expect(kept).toEqual([
        expect.stringMatching(/^retention-audit-[0-9a-f]{16}-1$/),
        expect.stringMatching(/^retention-plan-[0-9a-f]{16}$/),
      ]);
      const plan = JSON.parse(
        await read('retention-plan', `retention-plan.${registry.host.replace(':', '-')}-acme-app.json`),
      );
      const planned: readonly string[] = plan.delete.map(({ digest }: { digest: string }) => digest);
      expect(planned).toHaveLength(3);
      expect(planned).toContain(old.digest);
      expect([...registry.store.tags('acme/app')]).toEqual([
        ['sha-2222222', young.digest],
        ['sha-4444444', late.digest],
      ]);
      expect(holds('acme/app')).toHaveLength(5);
      expect([...registry.store.tags('acme/web').keys()]).toEqual(['v1']);
      const audit = (await read('retention-audit', 'retention-audit.jsonl')).trim().split('\n');
      expect(audit.filter((line) => line.includes(old.digest)).length).toBeGreaterThan(0);
    },
    3 * MINUTES,
  );

  it(
    'plans alone, unless it is told to apply',
    async () => {
      await push('acme/app', 'sha-1111111', 40);
      await push('acme/app', 'v1', 400);
      const { kept, read } = await run(['acme/app'], false);
      expect(kept).toEqual([expect.stringMatching(/^retention-plan-/)]);
      expect(JSON.parse(await read('retention-plan', 'retention-plan.json')).delete).toHaveLength(3);
      expect(holds('acme/app')).toHaveLength(6);
    },
    3 * MINUTES,
  );
});
