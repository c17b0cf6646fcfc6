import type { Clock } from '@artifact-lifecycle/core';
import { type CopyOptions, executePlan } from '../../src/copy/copy.ts';
import { type CopyRequest, planCopy } from '../../src/copy/plan.ts';
import type { CopyReport } from '../../src/copy/report.ts';
import type { Digest } from '../../src/name/digest.ts';
import { parseTag, type Tag } from '../../src/name/tag.ts';
import { MemoryRegistry, World } from './memory-registry.ts';
import type { AttachedSample } from './samples.ts';

export const v1 = parseTag('v1', 'test');

/** Time that passes at once. */
export const instantClock: Clock = { now: () => 0, sleep: async () => {} };

/** Puts a sample with all that is attached to it into a registry. */
export async function seedAttached(
  registry: MemoryRegistry,
  sample: AttachedSample,
  ...tags: readonly string[]
): Promise<void> {
  await registry.seed(sample, ...tags);
  for (const referrer of sample.attached) await registry.seed(referrer);
  for (const { tag, sample: attached } of sample.cosign) await registry.seed(attached, tag);
}

/** A source with an image under `v1`, and an empty destination. */
export async function openScene(
  sample: AttachedSample,
  options: { readonly source?: 'api' | 'tag'; readonly destination?: 'api' | 'tag' } = {},
): Promise<{
  readonly world: World;
  readonly source: MemoryRegistry;
  readonly destination: MemoryRegistry;
  plan(change?: Partial<CopyRequest>): ReturnType<typeof planCopy>;
  copy(change?: Partial<CopyRequest>, how?: CopyOptions): Promise<CopyReport>;
}> {
  const world = new World();
  const source = new MemoryRegistry(world, 'source.test/app', { referrers: options.source ?? 'api' });
  const destination = new MemoryRegistry(world, 'destination.test/app', {
    referrers: options.destination ?? 'api',
  });
  await seedAttached(source, sample, 'v1');
  const plan = (change: Partial<CopyRequest> = {}) =>
    planCopy({
      source,
      reference: { location: source.location, tag: v1, digest: undefined },
      destinations: [{ registry: destination, tags: [v1] }],
      ...change,
    });
  const copy = async (change?: Partial<CopyRequest>, how: CopyOptions = {}) =>
    executePlan(await plan(change), { clock: instantClock, ...how });
  return { world, source, destination, plan, copy };
}

/** A reference by digest or tag in the same place. */
export function referenceTo(
  registry: MemoryRegistry,
  name: { readonly tag?: Tag; readonly digest?: Digest },
) {
  return { location: registry.location, tag: name.tag, digest: name.digest };
}
