import { type ActionContext, createProgress } from '@artifact-lifecycle/core/action';
import {
  type Connections,
  formatReference,
  openRegistry,
  type Reference,
  resolveSource,
} from '@artifact-lifecycle/registry';
import {
  type DescribedImage,
  describeDirectory,
  describeDocument,
  describeImage,
} from '@artifact-lifecycle/sbom';
import type { DescribedIndex, Description } from './description.ts';
import type { SbomRequest } from './request.ts';

/** What reading takes of the run it is part of. */
export type ReadingContext = Pick<ActionContext, 'log' | 'clock' | 'isTerminal' | 'signal'>;

/** An image whose reference was resolved, once. */
export type ResolvedImage = Pick<DescribedIndex, 'registry' | 'reference' | 'root'>;

/** Reads what was named, under the eyes of the reader. */
export async function describe(
  { described, platforms }: SbomRequest,
  connections: Connections,
  context: ReadingContext,
): Promise<Description> {
  if (described.kind === 'path') {
    const listed = await describeDocument(described.path);
    if (listed !== undefined) {
      const { document, inventory } = listed;
      context.log.info(`${inventory.subject.name} is a document: ${document.title}`);
      return { kind: 'path', inventories: [inventory], document };
    }
    const inventory = await describeDirectory(described.path, { signal: context.signal });
    return { kind: 'path', inventories: [inventory], document: undefined };
  }
  const image = await resolveImage(described.reference, connections, context);
  context.log.info(`${formatReference(described.reference)} is ${image.root.digest}`);
  const images = await readImage(image, platforms, context);
  return { kind: 'image', ...image, images, inventories: images.map(({ inventory }) => inventory) };
}

export async function resolveImage(
  reference: Reference,
  connections: Connections,
  { signal }: Pick<ReadingContext, 'signal'>,
): Promise<ResolvedImage> {
  const registry = openRegistry(reference.location, connections);
  return { registry, reference, root: await resolveSource(registry, reference, { signal }) };
}

/** Reads an image platform by platform, and shows how far it is. */
export async function readImage(
  image: ResolvedImage,
  platforms: SbomRequest['platforms'],
  { log, clock, isTerminal, signal }: ReadingContext,
): Promise<readonly DescribedImage[]> {
  const progress = createProgress({ log, clock, isTerminal, verb: 'Read' });
  try {
    return await describeImage(
      { ...image, platforms },
      {
        signal,
        onProgress: ({ doneBytes, totalBytes, doneImages, totalImages }) =>
          progress.update({ doneBytes, totalBytes, doneItems: doneImages, totalItems: totalImages }),
      },
    );
  } finally {
    progress.finish();
  }
}
