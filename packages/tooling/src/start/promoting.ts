import { join } from 'node:path';
import { formatBytes, formatElapsed } from '@artifact-lifecycle/core/action';
import type { ManifestContent, TestRegistry } from '@artifact-lifecycle/testing';
import { pushContent } from './push.ts';
import { runStep, type StepResult } from './runner.ts';
import { DEV, judge, NEXT_VERSION, openDev, PROD, type Scene, VERSION } from './scene.ts';
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

export async function promoteFirst(scene: Scene, image: ManifestContent): Promise<boolean> {
  const { screen, dev, prod } = scene;
  screen.section('Promoted to prod by dist/promote, as GitHub’s runner starts it');
  const { result, verdict } = await promote(scene, VERSION);
  for (const reference of verdict.references) screen.fact(reference);
  const { bytesCopied, requests } = verdict.statistics;
  screen.detail(`${formatBytes(bytesCopied)} in ${formatElapsed(result.milliseconds)}, ${requests} requests`);
  return judge(screen, result, [
    ['the step succeeded and says promoted=true', result.exitCode === 0 && verdict.promoted],
    ['prod holds the digest that dev holds', tagAt(prod) === image.digest],
    [
      'the lists of what is inside came along',
      [image, ...image.children].every(
        ({ digest }) =>
          prod.store.referrers(PROD, digest).join() === dev.store.referrers(DEV, digest).join() &&
          prod.store.referrers(PROD, digest).length > 0,
      ),
    ],
    ['the summary names the digest', result.summary.includes(image.digest)],
  ]);
}

export async function promoteAgain(scene: Scene, image: ManifestContent): Promise<boolean> {
  const { screen, prod } = scene;
  screen.section('Promoted again: everything is there');
  prod.log.clear();
  const { result, verdict } = await promote(scene, VERSION);
  const { bytesCopied, requests } = verdict.statistics;
  screen.detail(`${formatBytes(bytesCopied)} in ${formatElapsed(result.milliseconds)}, ${requests} requests`);
  const writes = prod.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] });
  return judge(screen, result, [
    ['the step succeeded', result.exitCode === 0 && verdict.promoted && verdict.digest === image.digest],
    ['nothing was written to prod', writes === 0 && bytesCopied === 0],
  ]);
}

export async function refuseToMove(
  scene: Scene,
  image: ManifestContent,
  next: ManifestContent,
): Promise<boolean> {
  const { screen, dev, prod } = scene;
  screen.section(`Another build under the published tag ${VERSION}: refused`);
  await pushContent(openDev(dev), next, NEXT_VERSION);
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
