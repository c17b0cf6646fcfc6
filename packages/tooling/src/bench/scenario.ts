import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant, Image } from './contestant.ts';
import { type Measurement, readResources, resourceWrapper } from './measurement.ts';
import { type RealRegistry, startRealRegistry } from './real-registry.ts';

/** The situations in which a copy is measured. */
export const SCENARIOS = ['empty destination', 'nothing to do', 'same registry', 'small images'] as const;

/** One of {@link SCENARIOS}. */
export type Scenario = (typeof SCENARIOS)[number];

/** Where the measuring happens. */
export interface Arena {
  readonly directory: string;
  /** The program of distribution v3. */
  readonly registryProgram: string;
  readonly source: RealRegistry;
  readonly image: Image;
  /** Images that are promoted together; may be none. */
  readonly smallImages: readonly Image[];
}

/**
 * Runs one client once in every scenario: into a registry that was never used, once more into the same, within the
 * source registry into a repository that was never used, and many images into another registry that was never used.
 */
export async function runScenarios(
  arena: Arena,
  contestant: Contestant,
  round: number,
): Promise<ReadonlyMap<Scenario, Measurement>> {
  const { source, image } = arena;
  const measured = new Map<Scenario, Measurement>();
  await withNewRegistry(arena, async (destination) => {
    const toward = (to: Image) => (under: readonly string[], directory: string) =>
      contestant.copy(image, to, under, directory);
    const promote = toward({ ...image, host: destination.host, repository: 'prod/api' });
    const stay = toward({ ...image, repository: `prod/${contestant.name}-${round}` });
    measured.set('empty destination', await measure(arena, [source, destination], promote));
    measured.set('nothing to do', await measure(arena, [source, destination], promote));
    measured.set('same registry', await measure(arena, [source], stay));
  });
  const { smallImages } = arena;
  if (smallImages.length === 0) return measured;
  await withNewRegistry(arena, async (destination) => {
    const promoteAll = (under: readonly string[], directory: string): Promise<void> =>
      contestant.copyAll(smallImages, `${destination.host}/prod`, under, directory);
    measured.set('small images', await measure(arena, [source, destination], promoteAll));
  });
  return measured;
}

async function withNewRegistry(
  { directory, registryProgram }: Arena,
  use: (registry: RealRegistry) => Promise<void>,
): Promise<void> {
  const storage = await mkdtemp(join(directory, 'destination-'));
  const registry = await startRealRegistry('distribution', registryProgram, storage);
  try {
    await use(registry);
  } finally {
    await registry.stop();
    await rm(storage, { recursive: true, force: true });
  }
}

async function measure(
  { directory }: Arena,
  registries: readonly RealRegistry[],
  work: (under: readonly string[], directory: string) => Promise<void>,
): Promise<Measurement> {
  const before = await sumTraffic(registries);
  const resources = join(directory, 'resources');
  const started = performance.now();
  await work(resourceWrapper(resources), join(directory, 'client'));
  const seconds = (performance.now() - started) / 1000;
  const after = await sumTraffic(registries);
  return {
    seconds,
    ...(await readResources(resources)),
    requests: after.requests - before.requests,
    bytes: after.bytes - before.bytes,
  };
}

async function sumTraffic(registries: readonly RealRegistry[]): ReturnType<RealRegistry['traffic']> {
  let [requests, bytes] = [0, 0];
  for (const registry of registries) {
    const traffic = await registry.traffic();
    requests += traffic.requests;
    bytes += traffic.bytes;
  }
  return { requests, bytes };
}
