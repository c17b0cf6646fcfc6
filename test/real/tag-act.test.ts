import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RealRegistry, startRealRegistry } from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { runAct } from '../support/act.ts';
import { digestOfTag } from '../support/picture.ts';
import { describeWithTools } from '../support/tools.ts';

/** A release as GitHub tells it. */
const EVENT = {
  ref: 'refs/tags/v2.1.0',
  repository: {
    name: 'api',
    full_name: 'acme/api',
    description: 'The API',
    html_url: 'https://github.com/acme/api',
    default_branch: 'main',
    license: { spdx_id: 'Apache-2.0' },
  },
};

const WORKFLOW = `
name: build
on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: tag
        uses: ./actions/tag
        with:
          images: IMAGE
          tags: |
            type=semver,pattern={{version}}
            type=semver,pattern={{major}}.{{minor}}
      - id: build
        env:
          LABELS: \${{ steps.tag.outputs.labels }}
          VERSION: \${{ fromJSON(steps.tag.outputs.json).version }}
        run: |
          set -euo pipefail
          test "$DOCKER_METADATA_OUTPUT_VERSION" = "$VERSION"
          cd "$(mktemp -d)"
          echo "$VERSION" > version.txt
          tar -cf layer.tar version.txt
          CRANE append --oci-empty-base -f layer.tar -t IMAGE:build
          args=()
          while IFS= read -r label; do args+=(--label "$label"); done <<< "$LABELS"
          CRANE mutate "\${args[@]}" -t IMAGE:build IMAGE:build
          echo "digest=$(CRANE digest IMAGE:build)" >> "$GITHUB_OUTPUT"
      - id: apply
        uses: ./actions/tag
        with:
          source: IMAGE@\${{ steps.build.outputs.digest }}
          tags: |
            type=semver,pattern={{version}}
            type=semver,pattern={{major}}.{{minor}}
          channels: |
            2.*
            latest
      - env:
          APPLIED: \${{ steps.apply.outputs.applied }}
          DIGEST: \${{ steps.apply.outputs.digest }}
        run: echo "applied $APPLIED to $DIGEST"
      - id: again
        uses: ./actions/tag
        with:
          source: IMAGE@\${{ steps.build.outputs.digest }}
          strategy: semver
      - env:
          AGAIN: \${{ fromJSON(steps.again.outputs.applied)['2.1.0'].outcome }}
        run: test "$AGAIN" = same
`;

describeWithTools(
  'a workflow that names what it builds, under act',
  ['act', 'crane', 'registry'],
  (tools) => {
    let workplace: Workplace;
    const registries: RealRegistry[] = [];
    beforeAll(async () => {
      workplace = await openWorkplace('tag-act');
      for (const kind of ['distribution', 'crane'] as const) {
        const program = kind === 'crane' ? tools.crane : tools.registry;
        const registry = await startRealRegistry(kind, program, await workplace.place(kind));
        workplace.onClose(() => registry.stop());
        registries.push(registry);
      }
    }, 60_000);
    afterAll(() => workplace.close());

    it.each([
      ['distribution v3', 0],
      ["crane's registry", 1],
    ])(
      'feeds the outputs into a build step, and applies the tags in %s',
      async (_, index) => {
        const host = registries[index]?.host ?? '';
        const workflow = join(await workplace.place('workflow'), 'build.yml');
        await writeFile(
          workflow,
          WORKFLOW.replaceAll('IMAGE', `${host}/acme/api`).replaceAll('CRANE', tools.crane),
        );
        const event = join(await workplace.place('event'), 'event.json');
        await writeFile(event, JSON.stringify(EVENT));
        const home = await workplace.place('home');
        const { exitCode, stdout, stderr } = await runAct({
          act: tools.act,
          workflow,
          home,
          more: ['-e', event],
        });
        expect({ exitCode, log: stdout + stderr }).toMatchObject({ exitCode: 0 });
        const digest = await digestOfTag({ host, name: 'acme/api' }, 'build');
        expect(stdout).toContain(`to ${digest}`);
        for (const tag of ['2.1.0', '2.1', 'latest']) {
          expect([tag, await digestOfTag({ host, name: 'acme/api' }, tag)]).toEqual([tag, digest]);
        }
      },
      150_000,
    );
  },
);
