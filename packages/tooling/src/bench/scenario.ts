import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant, Image } from './contestant.ts';
import { type Measurement, readResources, resourceWrapper } from './measurement.ts';
import { type RealRegistry, startRealRegistry } from './real-registry.ts';

/** The situations in which a copy is measured. */
export const SCENARIOS = ['empty destination', 'nothing to do', 'same registry'] as const;

/** One of {@link SCENARIOS}. */
export type Scenario = (typeof SCENARIOS)[number];

/** Where the measuring happens. */
export interface Arena {
  readonly directory: string;
  /** The program of distribution v3. */
  readonly registryProgram: string;
  readonly source: RealRegistry;
  readonly image: Image;
}

/**
 * Runs one client once in every scenario: into a registry that was never used, once more into the same, and
 * within the source registry into a repository that was never used.
 */
export async function runScenarios(
  arena: Arena,
  contestant: Contestant,
  round: number,
): Promise<ReadonlyMap<Scenario, Measurement>> {
  const storage = join(arena.directory, `destination-${contestant.name}-${round}`);
  const destination = await startRealRegistry('distribution', arena.registryProgram, storage);
  try {
    const promoted: Image = { ...arena.image, host: destination.host, repository: 'prod/api' };
    const nearby: Image = { ...arena.image, repository: `prod/${contestant.name}-${round}` };
    const measured = new Map<Scenario, Measurement>();
    measured.set('empty destination', await measure(arena, contestant, promoted, destination));
    measured.set('nothing to do', await measure(arena, contestant, promoted, destination));
    measured.set('same registry', await measure(arena, contestant, nearby, arena.source));
    return measured;
  } finally {
    await destination.stop();
    await rm(storage, { recursive: true, force: true });
  }
}

async function measure(
  arena: Arena,
  contestant: Contestant,
  destination: Image,
  registry: RealRegistry,
): Promise<Measurement> {
  const registries = [...new Set([arena.source, registry])];
  const requestsBefore = await countRequests(registries);
  const resources = join(arena.directory, 'resources');
  const started = performance.now();
  await contestant.copy(
    arena.image,
    destination,
    resourceWrapper(resources),
    join(arena.directory, 'client'),
  );
  const seconds = (performance.now() - started) / 1000;
  const requests = (await countRequests(registries)) - requestsBefore;
  return { seconds, ...(await readResources(resources)), requests };
}

async function countRequests(registries: readonly RealRegistry[]): Promise<number> {
  const counts = await Promise.all(registries.map(async (registry) => (await registry.requests()).length));
  return counts.reduce((sum, count) => sum + count, 0);
}
