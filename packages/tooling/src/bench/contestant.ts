import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStep } from '../start/runner.ts';
import { runChecked } from './process.ts';

/** A client that copies images. */
export interface Contestant {
  readonly name: string;
  /** As it says it of itself. */
  readonly version: string;
  /** What it is told to do, for the reader of the table. */
  readonly command: string;
  /** Copies an image with all its platforms; `under` is put before its program. Throws when it fails. */
  copy(source: Image, destination: Image, under: readonly string[], directory: string): Promise<void>;
  /** Copies images into repositories below `place` that are named as theirs, {@link AT_A_TIME} at a time. */
  copyAll(
    images: readonly Image[],
    place: string,
    under: readonly string[],
    directory: string,
  ): Promise<void>;
}

/** Images at a time: so many promote carries out in one run, and so many processes of the others run at once. */
export const AT_A_TIME = 4;

/** An image in a registry on loopback. */
export interface Image {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** The clients of other people: the program, how it says its version, and its arguments for a copy. */
const PEERS: readonly {
  readonly name: string;
  readonly version: readonly string[];
  readonly arguments: (source: string, destination: string, hosts: readonly string[]) => readonly string[];
}[] = [
  {
    name: 'crane',
    version: ['version'],
    arguments: (source, destination) => ['copy', source, destination],
  },
  {
    name: 'skopeo',
    version: ['--version'],
    arguments: (source, destination) => [
      ...['--insecure-policy', 'copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false'],
      ...[`docker://${source}`, `docker://${destination}`],
    ],
  },
  {
    name: 'regctl',
    version: ['version', '--format', '{{.VCSTag}}'],
    arguments: (source, destination, hosts) => [
      ...hosts.flatMap((host) => ['--host', `reg=${host},tls=disabled`]),
      ...['image', 'copy', '--referrers', '--digest-tags', source, destination],
    ],
  },
  {
    name: 'oras',
    version: ['version'],
    arguments: (source, destination) => [
      ...['cp', '-r', '--from-plain-http', '--to-plain-http', '--no-tty', source, destination],
    ],
  },
];

/** The bundle that is measured, and the baseline that everything is compared with. */
export const OURS = 'promote';
export const BASELINE = 'crane';

/** Finds the clients: ours, and of the others those that `ARTIFACT_LIFECYCLE_TOOLS` or the path holds. */
export async function findContestants(): Promise<{
  readonly present: readonly Contestant[];
  readonly absent: readonly string[];
}> {
  const present: Contestant[] = [await ours()];
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
      command: [peer.name, ...peer.arguments('SOURCE', 'DESTINATION', [])].join(' '),
      copy: async (source, destination, under, directory) => {
        const hosts = [...new Set([source.host, destination.host])];
        const args = peer.arguments(formatImage(source), formatImage(destination), hosts);
        await runPeer([...under, file, ...args], directory);
      },
      copyAll: async (images, place, under, directory) => {
        const hosts = [...new Set([...images.map(({ host }) => host), place.split('/')[0] ?? ''])];
        const calls = images.map((image) => {
          const to = `${place}/${basename(image.repository)}:${image.tag}`;
          return peer.arguments(formatImage(image), to, hosts);
        });
        // Source and destination are the last two of every client, and the rest is the same in each call.
        const common = calls[0]?.slice(0, -2) ?? [];
        const list = join(directory, 'images');
        await mkdir(directory, { recursive: true });
        await writeFile(list, calls.map((args) => `${args.slice(-2).join(' ')}\n`).join(''));
        const each = ['xargs', `--arg-file=${list}`, `--max-procs=${AT_A_TIME}`, '--max-lines=1'];
        await runPeer([...under, ...each, file, ...common], directory);
      },
    });
  }
  return { present, absent };
}

/** A copy that takes longer hangs, whatever the size that was asked for. */
const COPY_TIMEOUT = 30 * 60_000;

async function runPeer(words: readonly string[], directory: string): Promise<void> {
  const [program = '', ...args] = words;
  // A home of its own: neither the credentials nor the settings of the person here take part.
  await mkdir(directory, { recursive: true });
  const env = { PATH: process.env['PATH'], HOME: directory, XDG_RUNTIME_DIR: directory };
  await runChecked(program, args, { cwd: directory, env, timeout: COPY_TIMEOUT });
}

async function ours(): Promise<Contestant> {
  const main = fileURLToPath(new URL('../../../../dist/promote/index.js', import.meta.url));
  const promote = async (
    inputs: Readonly<Record<string, string>>,
    under: readonly string[],
    directory: string,
  ): Promise<void> => {
    const { exitCode, log } = await runStep({ main, inputs, directory, under });
    if (exitCode !== 0) throw new Error(`promote failed:\n${log}`);
  };
  return {
    name: OURS,
    version: `node ${process.versions.node}`,
    command: 'node dist/promote/index.js',
    copy: async (source, destination, under, directory) => {
      const inputs = {
        source: formatImage(source),
        destination: `${destination.host}/${destination.repository}`,
        tags: destination.tag,
      };
      await promote(inputs, under, directory);
    },
    copyAll: (images, place, under, directory) =>
      promote({ source: images.map(formatImage).join('\n'), destination: `${place}/` }, under, directory),
  };
}

/** Finds a program where the suites keep their tools, then in the path. */
export function findProgram(name: string): string | undefined {
  const chosen = process.env['ARTIFACT_LIFECYCLE_TOOLS'] ?? '';
  const directories = [chosen, ...(process.env['PATH'] ?? '').split(delimiter)].filter((path) => path !== '');
  return directories
    .map((directory) => join(directory, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function formatImage({ host, repository, tag }: Image): string {
  return `${host}/${repository}:${tag}`;
}
