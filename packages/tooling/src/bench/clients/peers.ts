import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ability, ClientRun, CopyOrder } from '@artifact-lifecycle/testing';
import { ended, gather } from '../process.ts';

/** A run that takes longer hangs: the longest wait that a scenario asks for is 8 s. */
export const RUN_TIMEOUT = 60_000;

/** Somebody else's client: what it can be told, and how. */
export interface Peer {
  readonly name: string;
  /** Arguments that have it say its version. */
  readonly version: readonly string[];
  readonly abilities: readonly Ability[];
  arguments(order: CopyOrder): readonly string[];
}

/** Each is told to copy all platforms and to change no byte, with the retries that its own manual offers. */
export const PEERS: readonly Peer[] = [
  {
    name: 'crane',
    version: ['version'],
    abilities: ['no-clobber'],
    arguments: (order) => [
      'copy',
      '--insecure',
      ...(order.mayMove ? [] : ['--no-clobber']),
      order.source,
      destinationOf(order),
    ],
  },
  {
    name: 'regctl',
    version: ['version', '--format', '{{.VCSTag}}'],
    abilities: ['referrers'],
    arguments: (order) => [
      ...hostsOf(order).flatMap((host) => ['--host', `reg=${host},tls=disabled`]),
      'image',
      'copy',
      ...(order.referrers ? ['--referrers'] : []),
      order.source,
      destinationOf(order),
    ],
  },
  {
    name: 'oras',
    version: ['version'],
    abilities: ['referrers'],
    arguments: (order) => [
      'cp',
      ...(order.referrers ? ['-r'] : []),
      '--from-plain-http',
      '--to-plain-http',
      '--no-tty',
      order.source,
      destinationOf(order),
    ],
  },
  {
    name: 'skopeo',
    version: ['--version'],
    abilities: [],
    arguments: (order) => [
      '--insecure-policy',
      'copy',
      '--all',
      '--preserve-digests',
      '--retry-times',
      '3',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${order.source}`,
      `docker://${destinationOf(order)}`,
    ],
  },
];

/** Runs a program in a home of its own, in which only docker's configuration lies. */
export async function runPeer(
  file: string,
  args: readonly string[],
  order: CopyOrder,
  home: string,
): Promise<ClientRun> {
  await writeDockerConfig(home, order);
  const child = spawn(file, args, {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT);
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  order.signal.addEventListener('abort', stop, { once: true });
  const outputs = [gather(child.stdout), gather(child.stderr)];
  const { exitCode, signal } = await ended(child).finally(() => clearTimeout(timer));
  order.signal.removeEventListener('abort', stop);
  const log = outputs.map((text) => text()).join('');
  return { succeeded: exitCode === 0, log: signal === undefined ? log : `${log}\nended by ${signal}` };
}

/** Writes docker's config.json, which all of the clients read. */
export async function writeDockerConfig(home: string, { credentials }: CopyOrder): Promise<void> {
  const auths = Object.fromEntries(
    [...credentials].map(([host, { username, password }]) => [
      host,
      { auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]),
  );
  await mkdir(join(home, '.docker'), { recursive: true });
  await writeFile(join(home, '.docker', 'config.json'), JSON.stringify({ auths }));
}

function destinationOf({ destinations, tag }: CopyOrder): string {
  return `${destinations[0]}:${tag}`;
}

function hostsOf({ source, destinations }: CopyOrder): readonly string[] {
  return [...new Set([source, ...destinations].map((image) => image.slice(0, image.indexOf('/'))))];
}
