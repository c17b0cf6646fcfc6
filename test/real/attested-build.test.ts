import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startRealRegistry } from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { runAct } from '../support/act.ts';
import { type Cosign, makeCosign } from '../support/cosign.ts';
import { writeLayout } from '../support/files.ts';
import { makePackageImage } from '../support/package-image.ts';
import { digestOfTag } from '../support/picture.ts';
import { ROOT, runAction } from '../support/runner.ts';
import { openSigstoreStack, type SigstoreStack, STACK_TOOLS } from '../support/sigstore-stack.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;
const BUILDER = 'artifact-lifecycle/artifact-lifecycle/.github/workflows/attested-build.yml@refs/tags/v1.2.3';
const IDENTITY = `https://github.com/${BUILDER}`;

const CALLER = `
name: release
on: push
permissions: {}
jobs:
  image:
    permissions:
      contents: read
      packages: write
      id-token: write
      attestations: write
    uses: ./.github/workflows/attested-build.yml
    with:
      image: IMAGE
      layout-artifact: image
      tags: |
        type=semver,pattern={{version}}
        type=semver,pattern={{major}}
      channels: "2"
      sigstore: SIGSTORE
  after:
    needs: image
    runs-on: ubuntu-24.04
    steps:
      - env:
          REFERENCE: \${{ needs.image.outputs.reference }}
        run: echo "made $REFERENCE"
`;

/** A release as GitHub tells it. */
const EVENT = {
  ref: 'refs/tags/v2.1.0',
  repository: {
    name: 'app',
    full_name: 'acme/app',
    description: 'The app',
    html_url: 'https://github.com/acme/app',
    default_branch: 'main',
    license: { spdx_id: 'Apache-2.0' },
  },
};

/** In place of actions that are fetched from GitHub: what they would leave, from this machine. */
const STAND_IN = `
name: stand-in
description: Copies a directory to where the real action would put what it fetches.
inputs:
  path: { required: true, description: Where to. }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        TARGET: \${{ inputs.path }}
      run: mkdir -p "$TARGET" && cp -R "FROM/." "$TARGET/"
`;

/** The pins of the workflow whose actions are stood in for. */
const CHECKOUT = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1';
const DOWNLOAD = 'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c';

describeWithTools(
  'the workflow attested-build under act',
  ['act', 'cosign', 'registry', ...STACK_TOOLS],
  (tools) => {
    let workplace: Workplace;
    let stack: SigstoreStack;
    let cosign: Cosign;
    let host: string;
    beforeAll(async () => {
      workplace = await openWorkplace('attested-build');
      const registry = await startRealRegistry(
        'distribution',
        tools.registry,
        await workplace.place('registry'),
      );
      workplace.onClose(() => registry.stop());
      host = registry.host;
      stack = await openSigstoreStack(tools, workplace, {
        ref: 'refs/tags/v2.1.0',
        job_workflow_ref: BUILDER,
        job_workflow_sha: 'b'.repeat(40),
      });
      cosign = makeCosign(tools.cosign, stack, await workplace.place('cosign'));
    }, 5 * MINUTES);
    afterAll(() => workplace.close());

    it(
      'publishes an OCI layout, and proves level 3 to who lists the workflow as a builder',
      async () => {
        const image = makePackageImage();
        const repository = `${host}/acme/app`;
        const layout = await workplace.place('layout');
        await writeLayout(layout, image, 'built');
        const suite = await workplace.place('suite');
        await cp(join(ROOT, 'dist'), join(suite, 'dist'), { recursive: true });
        for (const name of ['promote', 'sbom', 'sign-attest', 'tag']) {
          const file = join('actions', name, 'action.yml');
          await mkdir(join(suite, 'actions', name), { recursive: true });
          await cp(join(ROOT, file), join(suite, file));
        }
        const standIn = async (from: string): Promise<string> => {
          const directory = await workplace.place('stand-in');
          await writeFile(join(directory, 'action.yml'), STAND_IN.replaceAll('FROM', from));
          return directory;
        };
        // The caller's repository, as far as it matters here.
        const caller = await workplace.place('caller');
        const workflows = join(caller, '.github', 'workflows');
        await mkdir(workflows, { recursive: true });
        await cp(
          join(ROOT, '.github', 'workflows', 'attested-build.yml'),
          join(workflows, 'attested-build.yml'),
        );
        const settings = join(await workplace.place('settings'), 'sigstore.json');
        await writeFile(settings, JSON.stringify({ ...stack.inputs, 'rekor-version': 2 }));
        const workflow = join(workflows, 'release.yml');
        await writeFile(workflow, CALLER.replaceAll('IMAGE', repository).replaceAll('SIGSTORE', settings));
        const event = join(await workplace.place('event'), 'event.json');
        await writeFile(event, JSON.stringify(EVENT));

        const { exitCode, stdout, stderr } = await runAct({
          act: tools.act,
          workflow,
          home: await workplace.place('home'),
          directory: caller,
          more: [
            ...['-e', event, '-P', 'ubuntu-24.04=-self-hosted'],
            ...['--local-repository', `${CHECKOUT}=${await standIn(suite)}`],
            ...['--local-repository', `${DOWNLOAD}=${await standIn(layout)}`],
            ...Object.entries(stack.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
          ],
        });
        expect({ exitCode, log: exitCode === 0 ? '' : stdout + stderr }).toEqual({ exitCode: 0, log: '' });
        expect(stdout).toContain(`made ${repository}@${image.digest}`);
        for (const tag of ['2.1.0', '2']) {
          expect([tag, await digestOfTag({ host, name: 'acme/app' }, tag)]).toEqual([tag, image.digest]);
        }

        const who = { identity: IDENTITY, issuer: stack.urls.issuer };
        await cosign.run('verify', ...cosign.trusting(who), `${repository}:2.1.0`);
        const proof = ['verify-attestation', '--type', 'slsaprovenance1', ...cosign.trusting(who)];
        await cosign.run(...proof, `${repository}:2.1.0`);
        for (const { digest } of image.children) {
          const sbom = ['verify-attestation', '--type', 'cyclonedx', ...cosign.trusting(who)];
          await cosign.run(...sbom, `${repository}@${digest}`);
        }
        const demands = {
          subject: `${repository}:2.1.0`,
          'signer-workflow': BUILDER,
          'certificate-oidc-issuer': stack.urls.issuer,
          'trusted-root': stack.trustedRootFile,
          'source-ref': 'refs/tags/v*',
          require: 'signature, provenance',
          'min-slsa-level': '3',
        };
        const verify = async (builders: string) =>
          runAction('verify', {
            inputs: { ...demands, builders },
            directory: await workplace.place('verify'),
          });
        const trusted = await verify(BUILDER);
        expect([trusted.exitCode, trusted.outputs.get('slsa-level')]).toEqual([0, '3']);
        const unknown = await verify(BUILDER.replace('v1.2.3', 'v1.2.4'));
        expect([unknown.exitCode, unknown.outputs.get('slsa-level')]).toEqual([1, '2']);
      },
      5 * MINUTES,
    );
  },
);
