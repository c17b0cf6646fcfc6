import { join } from 'node:path';
import type { ClientRun, CopyOrder, TortureClient } from '@artifact-lifecycle/testing';
import { startStep } from '../../start/runner.ts';
import { findProgram, OURS } from '../contestant.ts';
import { runChecked } from '../process.ts';
import { PEERS, RUN_TIMEOUT, runPeer, writeDockerConfig } from './peers.ts';

/** A client that plays. */
export interface Contestant {
  readonly name: string;
  readonly version: string;
  /** Gives a client for one run; the directory is the run's own. */
  open(directory: string): TortureClient;
}

/**
 * Finds the clients: promote, and of the others those that `ARTIFACT_LIFECYCLE_TOOLS` or the path holds.
 *
 * @param main promote's bundle.
 */
export async function findContestants(main: string): Promise<{
  readonly present: readonly Contestant[];
  readonly absent: readonly string[];
}> {
  const present: Contestant[] = [
    {
      name: OURS,
      version: `node ${process.versions.node}`,
      open: (directory) => ({
        abilities: new Set(['referrers', 'no-clobber', 'several destinations']),
        copy: (order) => promote(main, order, directory),
      }),
    },
  ];
  const absent: string[] = [];
  for (const peer of PEERS) {
    const file = findProgram(peer.name);
    if (file === undefined) {
      absent.push(peer.name);
      continue;
    }
    const said = await runChecked(file, peer.version).catch(() => '');
    present.push({
      name: peer.name,
      version: /\d+\.\d+[\w.-]*/.exec(said)?.[0] ?? 'unknown',
      open: (directory) => ({
        abilities: new Set(peer.abilities),
        copy: (order) => runPeer(file, peer.arguments(order), order, directory),
      }),
    });
  }
  return { present, absent };
}

async function promote(main: string, order: CopyOrder, directory: string): Promise<ClientRun> {
  const home = join(directory, 'home');
  await writeDockerConfig(home, order);
  const step = await startStep({
    main,
    directory,
    inputs: {
      source: order.source,
      destination: order.destinations.join('\n'),
      tags: order.tag,
      referrers: order.referrers ? 'all' : 'none',
      channels: order.mayMove ? order.tag : '',
    },
  });
  const timer = setTimeout(() => step.kill('SIGKILL'), RUN_TIMEOUT);
  const stop = (): void => step.kill('SIGTERM');
  order.signal.addEventListener('abort', stop, { once: true });
  const { exitCode, signal, log } = await step.finished.finally(() => clearTimeout(timer));
  order.signal.removeEventListener('abort', stop);
  return { succeeded: exitCode === 0, log: signal === undefined ? log : `${log}\nended by ${signal}` };
}
