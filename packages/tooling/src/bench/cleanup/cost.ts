import { DigestCache, formatPlan, parseDigestCache } from '@artifact-lifecycle/retention';
import { makeAttestationChild, makeImage, makeIndex, startGitHubPackages } from '@artifact-lifecycle/testing';
import { movingClock } from './moving-clock.ts';
import { openService } from './open-service.ts';
import { planCleanup } from './plan-run.ts';

const NAME = 'acme/app';
const HOUR = 3_600_000;

/** What it takes to plan, by the count of the fake GitHub. */
export interface PlanCost {
  readonly versions: number;
  readonly planned: number;
  /** Requests without a digest cache, and with that of the run before. */
  readonly cold: RequestCount;
  readonly warm: RequestCount;
}

/** Requests to the API and to the registry. */
export interface RequestCount {
  readonly api: number;
  readonly registry: number;
}

/** Counts the requests of a plan for so many builds of five versions, an hour apart, then those of the next run's plan. */
export async function countPlanRequests(builds: number): Promise<PlanCost> {
  const clock = movingClock();
  const time = { pushedAt: clock.now() };
  const github = await startGitHubPackages({ now: () => time.pushedAt });
  try {
    for (let build = 0; build < builds; build += 1) {
      time.pushedAt = clock.now() - (builds - build) * HOUR;
      const platforms = ['amd64', 'arm64'].map((architecture) =>
        makeImage({ layers: [`${build}`], platform: { os: 'linux', architecture } }),
      );
      const attestations = platforms.map((image) =>
        makeAttestationChild(image, `{"build":${build},"about":"${image.digest}"}`),
      );
      const index = makeIndex([...platforms, ...attestations]);
      // No layers: nobody reads them to plan, and there would be many.
      for (const { mediaType, bytes } of index.children)
        await github.store.putManifest(NAME, mediaType, bytes);
      const tags = [build % 100 === 0 ? `v1.${build}.0` : `sha-${build.toString(16).padStart(7, '0')}`];
      await github.store.putManifest(NAME, index.mediaType, index.bytes, { tags });
    }
    time.pushedAt = clock.now();
    const count = async (cache: DigestCache) => {
      github.log.clear();
      const { service, close } = openService({ kind: 'github', server: github }, NAME, clock);
      const plan = await planCleanup(service, { now: clock.now(), cache });
      close();
      const registry = github.log.count({ path: /^\/v2\// });
      return { plan, requests: { api: github.log.count() - registry, registry } };
    };
    const cache = new DigestCache();
    const cold = await count(cache);
    const again = parseDigestCache(Buffer.from(cache.format()));
    const warm = await count(again.cache);
    if (formatPlan(cold.plan) !== formatPlan(warm.plan)) throw new Error('The cache makes another plan.');
    return {
      versions: github.versions('acme', 'container', 'app').length,
      planned: cold.plan.delete.length,
      cold: cold.requests,
      warm: warm.requests,
    };
  } finally {
    await github.close();
  }
}
