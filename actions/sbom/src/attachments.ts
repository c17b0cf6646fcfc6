import type { ActionContext } from '@artifact-lifecycle/core/action';
import {
  attachDocument,
  type DocumentContext,
  type DocumentFormat,
  documentDate,
  FORMAT_FACTS,
  type IndexSubject,
  imageName,
  writeIndexDocument,
} from '@artifact-lifecycle/sbom';
import type { AttachedDocument, DescribedIndex, Description, SbomDocument } from './description.ts';
import { fileStem } from './documents.ts';
import { sharedLabels } from './shared-labels.ts';

/**
 * Attaches each document to the manifest it describes, and to an index one that leads to those of its platforms.
 * What is there already stays as it is.
 */
export async function attachAll(
  description: Description,
  documents: readonly SbomDocument[],
  { log, signal }: Pick<ActionContext, 'log' | 'signal'>,
  context: DocumentContext,
): Promise<readonly AttachedDocument[]> {
  if (description.kind !== 'image') return [];
  const { registry, root, images } = description;
  const attached: AttachedDocument[] = [];
  for (const document of documents) {
    const manifest = images.find(({ inventory }) => inventory === document.inventory)?.manifest;
    if (manifest === undefined) continue;
    const { format, bytes, fileName, created } = document;
    const { mediaType } = FORMAT_FACTS[format];
    const { digest, outcome } = await attachDocument(
      registry,
      { subject: manifest, document: bytes, mediaType, fileName, created },
      { signal },
    );
    log.info(`${fileName} is attached to ${manifest.digest}`);
    attached.push({ document, format, subject: manifest.digest, referrer: digest, outcome });
  }
  if (root.content.kind !== 'index') return attached;
  for (const format of new Set(documents.map((document) => document.format))) {
    const made = indexDocument(description, documents, format, context);
    const { digest, outcome } = await attachDocument(registry, { subject: root, ...made }, { signal });
    log.info(`${made.fileName} is attached to the index ${root.digest}`);
    attached.push({ document: undefined, format, subject: root.digest, referrer: digest, outcome });
  }
  return attached;
}

/** The document that leads from an index to those of its platforms. */
function indexDocument(
  description: DescribedIndex,
  documents: readonly SbomDocument[],
  format: DocumentFormat,
  context: DocumentContext,
): {
  readonly document: Uint8Array;
  readonly mediaType: string;
  readonly fileName: string;
  readonly created: string;
} {
  const { reference, root, images, inventories } = description;
  const subjects = images.flatMap(({ inventory: { subject } }) =>
    subject.kind === 'image' ? [subject] : [],
  );
  const youngest = subjects
    .flatMap(({ created }) => (created === undefined ? [] : [created]))
    .sort()
    .at(-1);
  const subject: IndexSubject = {
    name: imageName(reference.location),
    version: subjects[0]?.version,
    tag: reference.tag,
    digest: root.digest,
    labels: sharedLabels([...subjects.map(({ labels }) => labels)], root.content.annotations),
    created: youngest,
  };
  const platforms = documents.flatMap((document) => {
    const { subject: described } = document.inventory;
    if (document.format !== format || described.kind !== 'image') return [];
    return [{ digest: described.digest, platform: described.platform, document: document.bytes }];
  });
  const { mediaType, extension } = FORMAT_FACTS[format];
  const created = documentDate({ subject: { ...subject, kind: 'image', platform: undefined } }, context);
  const stem = inventories[0] === undefined ? 'index' : fileStem(inventories[0].subject.name);
  return {
    document: writeIndexDocument(subject, platforms, format, context),
    mediaType,
    fileName: `${stem}${extension}`,
    created: created.toISOString(),
  };
}
