import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listTags } from '../support/picture.ts';
import { startAction } from '../support/runner.ts';
import { openStage, type Stage } from '../support/stage.ts';

/** On Windows a signal ends a process at once: there is nothing it could hear. */
const describeWithSignals = process.platform === 'win32' ? describe.skip : describe;

describeWithSignals.each(['SIGTERM', 'SIGINT'] as const)('a promotion that gets %s', (signal) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ layerSize: 3_000_000 });
  });
  afterAll(() => stage.workplace.close());

  it('cancels its uploads, sets no tag, and says that it was cancelled', async () => {
    const directory = await stage.workplace.place('cancelled');
    const inputs = { source: stage.source, destination: `${stage.prod.host}/prod/api` };
    const running = await startAction('promote', { inputs, directory });
    // The first layer's bytes are on their way and its upload cannot end before the client gives it up.
    const uploading = stage.prod.faults.add(
      { method: 'PUT', path: /\/blobs\/uploads\// },
      {
        kind: 'hook',
        run: async ({ occurrence }) => {
          if (occurrence === 1) running.kill(signal);
          await running.finished;
        },
      },
    );
    const result = await running.finished;
    uploading.remove();
    expect(uploading.hits).toBeGreaterThan(0);

    expect({ exit: result.exitCode, code: result.outputs.get('error-code'), log: result.log }).toMatchObject({
      exit: 1,
      code: 'CANCELLED',
    });
    expect(stage.prod.log.count({ method: 'DELETE', path: /\/blobs\/uploads\// })).toBeGreaterThan(0);
    expect(stage.prod.store.openUploads).toBe(0);
    expect(await listTags({ host: stage.prod.host, name: 'prod/api' })).toEqual([]);
    expect(stage.prod.store.manifests('prod/api')).toEqual([]);

    const again = await stage.promote(inputs);
    expect(again.outputs.get('promoted')).toBe('true');
  }, 60_000);
});
