import { join } from 'node:path';
import type { ManifestContent, TestRegistry } from '@artifact-lifecycle/testing';
import { runStep, type StepResult } from './runner.ts';
import { DEV, judge, NEXT_VERSION, PROD, type Scene, VERSION } from './scene.ts';
import { readVerdict, type Verdict } from './verdict.ts';

/** Runs `dist/promote` as GitHub's runner starts it, and shows that it works while it works. */
async function promote(
  scene: Scene,
  tag: string,
): Promise<{ readonly result: StepResult; readonly verdict: Verdict }> {
  const { root, screen, workplace, dev, prod } = scene;
  const activity = screen.activity('node dist/promote/index.js');
  const result = await runStep({
    main: join(root, 'dist', 'promote', 'index.js'),
    inputs: { source: `${dev.host}/${DEV}:${tag}`, destination: `${prod.host}/${PROD}`, tags: VERSION },
    directory: await workplace.place('job'),
    onLog: (text) => {
      const line = text.trimEnd().split('\n').at(-1) ?? '';
      if (!line.startsWith('::')) activity.update(line);
    },
  });
  activity.finish();
  return { result, verdict: readVerdict(result) };
}

/** Another build under a version that was published, by somebody who has no policy to hold them: refused all the same. */
export async function refuseToMove(scene: Scene, image: ManifestContent): Promise<boolean> {
  const { screen, prod } = scene;
  screen.section(`Another build under the published tag ${VERSION}: refused`);
  prod.log.clear();
  const { result, verdict } = await promote(scene, NEXT_VERSION);
  if (verdict.error !== undefined) {
    screen.fact(`${verdict.error.code}: ${verdict.error.message}`);
    screen.fact(`What to do: ${verdict.error.remedy}`);
  }
  const writes = prod.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] });
  return judge(screen, result, [
    ['the step failed with TAG_EXISTS', result.exitCode === 1 && verdict.error?.code === 'TAG_EXISTS'],
    [
      `${VERSION} at prod is what it was, and nothing was written`,
      tagAt(prod) === image.digest && writes === 0,
    ],
  ]);
}

function tagAt(prod: TestRegistry): string | undefined {
  return prod.store.tags(PROD).get(VERSION);
}
