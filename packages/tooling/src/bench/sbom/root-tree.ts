import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runChecked } from '../process.ts';
import type { LayerSink } from './cached-image.ts';
import { compareTrees, packTree, readTree, type TarFormat, type TreeState } from './tree-layer.ts';

/** The tree of an image's files while its layers are made. */
export interface RootTree {
  /** Where the tree lies on this machine. */
  readonly directory: string;
  /** A place for what is not part of the image. */
  readonly scratch: string;
  /** A path in the tree, as a path on this machine. */
  at(path: string): string;
  /** Runs a program of this machine. */
  run(program: string, ...args: readonly string[]): Promise<void>;
  /** Runs a program of the tree in it. */
  runInside(...command: readonly string[]): Promise<void>;
}

/** One layer: what is done to the tree that lower layers left. */
export interface LayerStep {
  readonly name: string;
  readonly format: TarFormat;
  apply(tree: RootTree): Promise<void>;
}

/** Long enough for a compiler on a machine that is busy. */
const STEP_TIMEOUT = 30 * 60_000;

/** Applies steps one after another, and packs after each what it changed. */
export async function makeLayers(steps: readonly LayerStep[], sink: LayerSink): Promise<void> {
  const directory = join(sink.scratch, 'root');
  const scratch = join(sink.scratch, 'work');
  await mkdir(directory, { recursive: true });
  await mkdir(scratch, { recursive: true });
  const run = async (program: string, ...args: readonly string[]): Promise<void> => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
    await runChecked(program, args, { cwd: scratch, env, timeout: STEP_TIMEOUT });
  };
  const tree: RootTree = {
    directory,
    scratch,
    at: (path) => join(directory, path),
    run,
    // A mount namespace of its own: /proc is gone when the command ends, however it ends.
    runInside: (...command) => run('unshare', '--mount', 'sh', '-c', INSIDE, 'sh', directory, ...command),
  };
  let before: TreeState = new Map();
  for (const step of steps) {
    process.stderr.write(`making the layer "${step.name}"\n`);
    await step.apply(tree);
    const after = readTree(directory);
    const file = join(sink.scratch, 'layer.tar');
    await packTree(directory, compareTrees(before, after), file, step.format);
    await sink.add(createReadStream(file, { highWaterMark: 1024 * 1024 }));
    await rm(file);
    before = after;
  }
}

const INSIDE = 'root=$1; shift; mount -t proc proc "$root/proc" && exec chroot "$root" "$@"';
