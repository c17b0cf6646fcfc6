import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { scanImage } from '../../src/reading/scan-image.ts';
import { buildImage, factsOf, gzipLayer, plainLayer, texts } from './image-builder.ts';
import { type Change, NaiveTree } from './naive-tree.ts';
import { buildTar, directory, type Entry, file, hardLink, opaque, symlink, whiteout } from './tar-builder.ts';

/** Names of directories that are now and then symbolic links to others: never in a circle. */
const LINKS: Readonly<Record<string, readonly string[]>> = { s: ['a', 'a/b', 't', 'new'], t: ['a', 'b'] };

const folder = fc.constantFrom('', 'a', 'b', 'a/b', 'a/b/c', 's', 's/b', 't');
/** `d.txt` is a file here and a directory there. */
const leaf = fc.constantFrom('x.txt', 'y.txt', 'd.txt', 'z.bin');
const at = (inside: string, name: string): string => (inside === '' ? name : `${inside}/${name}`);
const path = fc.tuple(folder, leaf).map(([inside, name]) => at(inside, name));

const wish = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('file' as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('directory' as const), path: folder }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nested' as const), path: folder }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('symlink' as const), path: fc.constantFrom('s', 't') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hardlink' as const), path }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('whiteout' as const), path: fc.oneof(path, folder) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('opaque' as const), path: folder }) },
);
const layer = fc.record({
  wishes: fc.array(fc.record({ wish, choice: fc.nat(100) }), { maxLength: 8 }),
  /** Whether directories that may be links have entries of their own. */
  isExplicit: fc.boolean(),
});

type Wishes = typeof layer extends fc.Arbitrary<infer Value> ? Value : never;

/** A layer that a writer of layers may have made: directories first, nothing twice, nothing below a non-directory. */
function changesOf({ wishes, isExplicit }: Wishes, number: number): readonly Change[] {
  const made = new Map<string, Change>();
  const directories = new Map<string, Change>();
  const removals: Change[] = [];
  const links = wishes
    .filter(({ wish: { kind } }) => kind === 'symlink')
    .map(({ wish: { path: link } }) => link);
  const isOfLink = (one: string): boolean => (one.split('/')[0] ?? '') in LINKS;
  // Whether a removal through a link sees what its own layer does to links is nowhere said.
  const doesToLinks = wishes.some(
    ({ wish: { kind, path: one } }) =>
      isOfLink(one) && (isExplicit || kind === 'symlink' || kind === 'directory'),
  );
  const isUnclear = (one: string): boolean => doesToLinks && isOfLink(one);
  const isBelowLink = (one: string): boolean => links.includes(one.split('/')[0] ?? '');
  const addParents = (one: string): boolean => {
    const parts = one.split('/').slice(0, -1);
    const parents = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    if (parents.some((each) => made.has(each))) return false;
    for (const each of parents) {
      if (isExplicit || !(each in LINKS)) directories.set(each, { kind: 'directory', path: each });
    }
    return true;
  };
  for (const [index, { wish: one, choice }] of wishes.entries()) {
    const content = `${number}.${index}`;
    if (one.kind === 'whiteout') {
      if (one.path !== '' && !isUnclear(one.path)) removals.push({ kind: 'whiteout', path: one.path });
    } else if (one.kind === 'opaque') {
      if (!isUnclear(one.path)) removals.push({ kind: 'opaque', path: one.path });
    } else if (one.kind === 'symlink') {
      const targets = LINKS[one.path] ?? [];
      const target = targets[choice % targets.length] ?? 'a';
      if (!directories.has(one.path)) made.set(one.path, { kind: 'symlink', path: one.path, target });
    } else {
      const own = one.kind === 'nested' ? at(one.path, 'd.txt/x.txt') : one.path;
      // Under two names of one directory it could be both in one layer.
      if (own.includes('d.txt') && isOfLink(own)) continue;
      if (own === '' || isBelowLink(own) || made.has(own) || directories.has(own) || !addParents(own))
        continue;
      if (one.kind === 'directory') {
        directories.set(own, { kind: 'directory', path: own });
      } else if (one.kind === 'hardlink') {
        // The root has one name: a target that is written twice would be another file each time.
        const files = [...made.values()].filter((each) => each.kind === 'file' && !each.path.includes('/'));
        const target = files[choice % Math.max(files.length, 1)]?.path;
        if (target !== undefined) made.set(own, { kind: 'hardlink', path: own, target });
      } else made.set(own, { kind: 'file', path: own, content });
    }
  }
  // What is written through a link comes behind it: before it, engines would lose it.
  const byRank = [...made.values()].sort((one, other) => rank(one) - rank(other));
  return [...directories.values(), ...byRank, ...removals];
}

const rank = ({ kind }: Change): number => (kind === 'symlink' ? 0 : 1);

function entryOf(change: Change): Entry {
  switch (change.kind) {
    case 'file':
      return file(change.path, change.content);
    case 'directory':
      return directory(change.path);
    case 'symlink':
      return symlink(change.path, change.target);
    case 'hardlink':
      return hardLink(change.path, change.target);
    case 'whiteout':
      return whiteout(change.path);
    case 'opaque':
      return opaque(change.path);
  }
}

describe('scanImage', () => {
  it('sees what is there when layers are applied one after the other', async () => {
    const property = fc.asyncProperty(
      fc.array(layer, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(1, 7, 512, 65_536),
      fc.boolean(),
      async (layers, chunkBytes, isPlain) => {
        const changes = layers.map(changesOf);
        const tree = new NaiveTree();
        for (const each of changes) tree.apply(each);
        const tars = changes.map((each) => buildTar(each.map(entryOf)));
        const image = buildImage(tars.map(isPlain ? plainLayer : gzipLayer), { chunkBytes });
        const scan = await scanImage(image, [texts]);
        const wanted = Object.entries(tree.files()).filter(([name]) => name.endsWith('.txt'));
        expect(factsOf(scan)).toEqual(Object.fromEntries(wanted));
        expect(scan.unknowns).toEqual([]);
        for (const one of ['s', 's/b/x.txt', 't/y.txt', 'a/b'])
          expect(scan.resolve(one)).toBe(tree.resolve(one));
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});
