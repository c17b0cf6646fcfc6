import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { seed } from '@artifact-lifecycle/testing';
import { findProgram } from '../contestant.ts';
import { type Measurement, medianOf, readResources, resourceWrapper } from '../measurement.ts';
import { startRealRegistry } from '../real-registry.ts';
import { openWorkplace } from '../workplace.ts';
import { type CachedImage, cacheDirectory, cacheImage } from './cached-image.ts';
import { comparePackages } from './comparison.ts';
import { type DescribedImage, type Describer, findDescribers, OURS, SYFT } from './contestants.ts';
import { DEBIAN_IMAGE, DEBIAN_IMAGE_NEEDS, DEBIAN_LAYERS } from './debian-image.ts';
import { DIFFERENCES } from './differences.ts';
import { listPackages } from './listed-package.ts';
import { parseSbomArguments, SBOM_BENCH_HELP, type SbomBenchOptions } from './options.ts';
import { type DescriberRow, reportComparison, reportTimes } from './report.ts';
import { makeLayers } from './root-tree.ts';
import { makeFilesImage, makeRepeatedImage } from './synthetic-image.ts';

/** Issue 5, line 8: MB for an image of ordinary content, and for one of a million small files. */
const MOST_MEMORY = 300;
const MOST_MEMORY_FILES = 500;
const MB = 1e6;

/** Measures sbom, Syft and the bare reading of one image in one registry, and gives the tables. */
export async function benchSbom(root: string, args: readonly string[]): Promise<string> {
  const options = parseSbomArguments(args);
  if (options === undefined) return SBOM_BENCH_HELP;
  const registryProgram = findProgram('registry');
  if (registryProgram === undefined) {
    throw new Error(
      'no distribution v3: put its program "registry" where ARTIFACT_LIFECYCLE_TOOLS says, or in the path',
    );
  }
  const { content, layers } = await findImage(options);
  const all = await findDescribers(root);
  const describers = all.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const workplace = await openWorkplace('bench-sbom');
  try {
    const storage = join(workplace.directory, 'registry');
    const registry = await startRealRegistry('distribution', registryProgram, storage);
    workplace.onClose(() => registry.stop());
    const image: DescribedImage = { host: registry.host, repository: 'acme/shop', content };
    await seed(`http://${registry.host}`, image.repository, content, { tags: ['3.2.1'] });
    const runs = new Map<Describer, Measurement[]>();
    const documents = new Map<string, string>();
    // Round by round, not one after the other: what else the machine does falls on all of them.
    for (let round = 0; round <= options.runs; round++) {
      for (const describer of describers) {
        const [measured, document] = await measure(describer, image, await workplace.place('run'));
        if (document !== undefined) documents.set(describer.name, document);
        if (round > 0) runs.set(describer, [...(runs.get(describer) ?? []), measured]);
        const title = round === 0 ? 'warm-up' : `${round} of ${options.runs}`;
        process.stderr.write(
          `${title.padEnd(8)} ${describer.name.padEnd(8)} ${measured.seconds.toFixed(2)} s\n`,
        );
      }
    }
    const rows = describers.map((describer): DescriberRow => {
      const document = documents.get(describer.name);
      return {
        describer,
        median: medianOf(runs.get(describer) ?? []),
        packages: document === undefined ? undefined : listPackages(document).length,
      };
    });
    const sum = (of: (layer: CachedImage['layers'][number]) => number): string =>
      (layers.reduce((total, layer) => total + of(layer), 0) / MB).toFixed(0);
    return [
      `${layers.length} layers, ${sum(({ size }) => size)} MB of gzip, ${sum(({ tarSize }) => tarSize)} MB of tar, in a distribution v3 on disk.`,
      `Medians of ${options.runs} runs after one that does not count, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}.`,
      '',
      reportTimes(rows, options.files === undefined ? MOST_MEMORY : MOST_MEMORY_FILES),
      '',
      ...describers.map(({ name, command }) => `- ${name}: \`${command}\``),
      ...(await compare(documents)),
    ].join('\n');
  } finally {
    await workplace.close();
  }
}

async function findImage({ size, files }: SbomBenchOptions): Promise<CachedImage> {
  if (files !== undefined) return makeFilesImage(files);
  const debian = await cacheImage(DEBIAN_IMAGE, async (sink) => {
    const absent = DEBIAN_IMAGE_NEEDS.filter((name) => findProgram(name) === undefined);
    if (absent.length > 0) throw new Error(`the Debian image needs ${absent.join(', ')}`);
    if (process.getuid?.() !== 0) throw new Error('the Debian image needs root: debootstrap makes devices');
    await makeLayers(DEBIAN_LAYERS, sink);
  });
  return size === 1 ? debian : makeRepeatedImage(DEBIAN_IMAGE, debian, size);
}

async function measure(
  describer: Describer,
  image: DescribedImage,
  directory: string,
): Promise<readonly [Measurement, string | undefined]> {
  const resources = join(directory, 'resources');
  const started = performance.now();
  const document = await describer.describe(image, resourceWrapper(resources), join(directory, 'job'));
  const seconds = (performance.now() - started) / 1000;
  return [{ seconds, ...(await readResources(resources)), requests: 0 }, document];
}

/** Compares where both wrote a document, and keeps the documents for whoever wants to look closer. */
async function compare(documents: ReadonlyMap<string, string>): Promise<readonly string[]> {
  for (const [name, document] of documents) {
    await writeFile(join(cacheDirectory(), 'images', `${name}.cdx.json`), document);
  }
  const [ours, theirs] = [documents.get(OURS), documents.get(SYFT)];
  if (ours === undefined || theirs === undefined) return [];
  const comparison = comparePackages(listPackages(theirs), listPackages(ours), DIFFERENCES);
  return ['', reportComparison(comparison)];
}
