import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RealRegistry, startRealRegistry } from '../../packages/tooling/src/bench/real-registry.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { runAct } from '../support/act.ts';
import { CLIENT_TOOLS, makeClients } from '../support/clients.ts';
import { takePicture } from '../support/picture.ts';
import { describeWithTools } from '../support/tools.ts';
import { pushImage } from './artifacts.ts';

const WORKFLOW = `
name: promote
on: push
permissions: {}
jobs:
  promote:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: promote
        uses: ./actions/promote
        with:
          source: SOURCE
          destination: DESTINATION
      - env:
          PROMOTED: \${{ steps.promote.outputs.promoted }}
          DIGEST: \${{ fromJSON(steps.promote.outputs.json).digest }}
        run: test "$PROMOTED" = true && echo "promoted $DIGEST"
      - id: again
        uses: ./actions/promote
        with:
          source: OTHER
          destination: DESTINATION
          tags: TAG
        continue-on-error: true
      - env:
          OUTCOME: \${{ steps.again.outcome }}
          CODE: \${{ steps.again.outputs.error-code }}
        run: test "$OUTCOME" = failure && echo "refused as $CODE"
`;

describeWithTools('a workflow under act', ['act', 'registry', ...CLIENT_TOOLS], (tools) => {
  let workplace: Workplace;
  let dev: RealRegistry;
  let prod: RealRegistry;
  beforeAll(async () => {
    workplace = await openWorkplace('act');
    dev = await startRealRegistry('distribution', tools.registry, await workplace.place('dev'));
    workplace.onClose(() => dev.stop());
    prod = await startRealRegistry('crane', tools.crane, await workplace.place('prod'));
    workplace.onClose(() => prod.stop());
  }, 60_000);
  afterAll(() => workplace.close());

  it('uses ./actions/promote between real registries, and reads its outputs', async () => {
    const clients = makeClients(tools, await workplace.place('clients'), [dev.host, prod.host]);
    const image = await pushImage(clients, `${dev.host}/dev/api`);
    const workflow = join(workplace.directory, 'promote.yml');
    await writeFile(
      workflow,
      WORKFLOW.replaceAll('SOURCE', `${image.repository}:${image.tag}`)
        .replaceAll('OTHER', `${image.repository}:platforms`)
        .replaceAll('DESTINATION', `${prod.host}/prod/api`)
        .replaceAll('TAG', image.tag),
    );
    const home = await workplace.place('home');
    const { exitCode, stdout, stderr } = await runAct({ act: tools.act, workflow, home });
    expect({ exitCode, log: stdout + stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain(`promoted ${image.digest}`);
    expect(stdout).toContain('refused as TAG_EXISTS');
    expect(await takePicture({ host: prod.host, name: 'prod/api' }, image.tag)).toEqual(
      await takePicture({ host: dev.host, name: 'dev/api' }, image.tag),
    );
  }, 150_000);
});
