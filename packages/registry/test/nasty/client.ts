import { createHttpClient } from '@artifact-lifecycle/core/http';
import type { Ability, ClientRun, CopyOrder, TortureClient } from '@artifact-lifecycle/testing';
import { settingsSource } from '../../src/auth/settings-source.ts';
import { executePlan } from '../../src/copy/copy.ts';
import { planCopy } from '../../src/copy/plan.ts';
import { parseReference, parseRepository } from '../../src/name/reference.ts';
import { createConnections } from '../../src/remote/connections.ts';
import type { QuickClock } from '../remote/world.ts';
import { tag } from '../remote/world.ts';

const ABILITIES: readonly Ability[] = ['referrers', 'no-clobber', 'several destinations'];

/** This package as a client of the scenarios, in a time that passes only by waiting. */
export function ownClient(clock: QuickClock): TortureClient {
  return { abilities: new Set(ABILITIES), copy: (order) => copy(order, clock) };
}

async function copy(order: CopyOrder, clock: QuickClock): Promise<ClientRun> {
  const { signal, mayMove } = order;
  const http = createHttpClient({ userAgent: 'artifact-lifecycle-test', clock, environment: {} });
  const connections = createConnections({ http, clock, credentials: [settingsSource(order.credentials)] });
  try {
    const reference = parseReference(order.source, 'source');
    if (reference.location.kind !== 'registry') throw new Error('The source is no registry.');
    const plan = await planCopy({
      source: connections.open(reference.location),
      reference,
      destinations: order.destinations.map((destination) => ({
        registry: connections.open(parseRepository(destination, 'destination')),
        tags: [tag(order.tag)],
        isChannel: () => mayMove,
      })),
      referrers: order.referrers ? 'all' : 'none',
      signal,
    });
    await executePlan(plan, { signal, clock });
    return { succeeded: true, log: '' };
  } catch (error) {
    return {
      succeeded: false,
      log: error instanceof Error ? `${error.message}\n${error.stack}` : String(error),
    };
  } finally {
    http.close();
  }
}
