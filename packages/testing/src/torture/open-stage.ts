import { seed } from '../image/seed.ts';
import type { Digest } from '../registry/digest.ts';
import type { RegistryOptions } from '../registry/options.ts';
import { startRegistry } from '../registry/start.ts';
import type { TestRegistry } from '../registry/test-registry.ts';
import type { TortureClock } from './client.ts';
import { IMAGE } from './images.ts';
import type { Scenario } from './scenario.ts';
import { openSideDoor, type SideDoor } from './side-door.ts';
import { BASIC_AUTH, FROM, LOGIN, type Stage, TAG, TO } from './stage.ts';

/** A stage and its end. */
export interface OpenStage extends Stage {
  /** To be called when the client has ended. */
  end(): void;
  close(): Promise<void>;
}

/** Starts the registries of a scenario, seeds what is copied, and sets the scene. */
export async function openStage(scenario: Scenario, clock: TortureClock): Promise<OpenStage> {
  const { image = IMAGE, referrers = [] } = scenario;
  const closing: (() => Promise<void>)[] = [];
  const start = async (options: RegistryOptions = {}): Promise<TestRegistry> => {
    const auth = options.auth ?? (scenario.login === true ? BASIC_AUTH : undefined);
    const registry = await startRegistry({ now: clock.now, ...options, ...(auth && { auth }) });
    closing.push(() => registry.close());
    return registry;
  };
  const source = await start(scenario.from);
  const destination = scenario.within === true ? source : await start(scenario.to);
  await seed(source, FROM, image, { tags: [TAG] });
  for (const referrer of referrers) await seed(source, FROM, referrer);
  const stopping = new AbortController();
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const doors: SideDoor[] = [];
  let before: Digest | undefined;
  const stage: OpenStage = {
    source,
    destination,
    hasApi: (scenario.within === true ? scenario.from : scenario.to)?.referrers !== 'none',
    image,
    referrers,
    clock,
    ended,
    signal: stopping.signal,
    interrupt: () => stopping.abort(),
    openSideDoor: async (registry) => {
      const basic = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
      const door = await openSideDoor(registry.url, scenario.login === true ? `Basic ${basic}` : undefined);
      doors.push(door);
      closing.push(() => door.close());
      return door;
    },
    doors,
    get before() {
      return before;
    },
    end: () => end(),
    close: async () => {
      end();
      for (const close of closing.toReversed()) await close();
    },
  };
  await scenario.prepare?.(stage);
  before = destination.store.tags(TO).get(TAG);
  return stage;
}
