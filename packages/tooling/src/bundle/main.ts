import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findActions } from '../generate/action-source.ts';
import { buildBundle } from './bundle.ts';
import { findDifferences } from './compare.ts';

// npm run bundle [-- --check | --out DIR]: builds dist/, or says in which files dist/ is not what the source makes.

/** ncc takes a core and some 500 MB; GitHub's smallest runners have two cores. */
const AT_A_TIME = 2;

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, out: { type: 'string' } },
});
const dist = resolve(values.out ?? join(root, 'dist'));
const actions = (await findActions(root)).map(({ name }) => name);

if (values.check) {
  const rebuilt = await mkdtemp(join(tmpdir(), 'dist-'));
  try {
    await buildAll(rebuilt);
    const different = findDifferences(dist, rebuilt);
    for (const path of different) console.error(`${path} is not what the source makes: run npm run bundle.`);
    if (different.length > 0) process.exitCode = 1;
    else console.log(`${dist} is what the source makes, byte for byte.`);
  } finally {
    await rm(rebuilt, { recursive: true, force: true });
  }
} else {
  await buildAll(dist);
  for (const stale of await findStale(dist)) {
    await rm(join(dist, stale), { recursive: true });
    console.log(`removed ${stale}, which is no action any more`);
  }
}

async function buildAll(directory: string): Promise<void> {
  const waiting = [...actions];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const started = performance.now();
      await buildBundle(root, name, join(directory, name));
      const { size } = await stat(join(directory, name, 'index.js'));
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${name}: ${Math.round(size / 1000)} kB in ${seconds} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}

async function findStale(directory: string): Promise<readonly string[]> {
  // A directory of the caller's own may hold anything; only ours holds nothing else.
  if (values.out !== undefined) return [];
  return (await readdir(directory)).filter((name) => !actions.includes(name));
}
