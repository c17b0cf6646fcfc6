import { SuiteError } from '@artifact-lifecycle/core';
import {
  type Descriptor,
  type Digest,
  mapInParallel,
  READ_CONCURRENCY,
  type Registry,
  type RequestOptions,
  tryParseDigest,
} from '@artifact-lifecycle/registry';
import { orBroken, refuseContent } from './broken-entry.ts';
import type { BrokenEntry, UnsignedStatement } from './stored-entry.ts';

/** One for each platform; an index of more attestations than this is no build's. */
const MAX_ATTESTATION_CHILDREN = 500;

/** How buildkit marks its attestations in an index (buildkit, docs/attestations/attestation-storage.md). */
const REFERENCE_TYPE = 'vnd.docker.reference.type';
const REFERENCE_DIGEST = 'vnd.docker.reference.digest';
const PREDICATE_TYPE_ANNOTATION = 'in-toto.io/predicate-type';
const STATEMENT_MEDIA_TYPE = 'application/vnd.in-toto+json';

/**
 * Names the statements that buildkit puts into an index beside its images. Nobody signed them: whoever wrote the
 * index wrote them. A digest that is no index has none.
 *
 * @throws SuiteError `NOT_FOUND` where the subject is not there, and whatever keeps the registry from answering
 */
export async function readUnsignedChildren(
  registry: Registry,
  subject: Digest,
  options: RequestOptions,
): Promise<readonly (UnsignedStatement | BrokenEntry)[]> {
  const { content } = await registry.fetchManifest(subject, options);
  if (content.kind !== 'index') return [];
  const children = content.manifests.filter(
    ({ annotations }) => annotations?.[REFERENCE_TYPE] === 'attestation-manifest',
  );
  if (children.length > MAX_ATTESTATION_CHILDREN) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The index ${subject} holds ${children.length} attestations of its builder; the limit is ${MAX_ATTESTATION_CHILDREN}.`,
    );
  }
  const read = await mapInParallel(children, READ_CONCURRENCY, options.signal, (child, signal) =>
    readChild(registry, child, { signal }),
  );
  return read.flat();
}

async function readChild(
  registry: Registry,
  child: Descriptor,
  options: RequestOptions,
): Promise<readonly (UnsignedStatement | BrokenEntry)[]> {
  const { digest, annotations } = child;
  const origin = { kind: 'buildkit', digest, layer: 0 } as const;
  const read = await orBroken(origin, async () => {
    const about = tryParseDigest(annotations?.[REFERENCE_DIGEST] ?? '');
    if (about === undefined) throw refuseContent(`The attestation ${digest} does not say what it is about.`);
    const { content } = await registry.fetchManifest(digest, options);
    if (content.kind !== 'image') throw refuseContent(`The attestation ${digest} is an ${content.kind}.`);
    return content.layers.flatMap((layer, index): readonly UnsignedStatement[] => {
      if (layer.mediaType !== STATEMENT_MEDIA_TYPE) return [];
      const predicateType = layer.annotations?.[PREDICATE_TYPE_ANNOTATION];
      return [{ kind: 'unsigned', origin: { ...origin, layer: index }, about, predicateType }];
    });
  });
  return 'kind' in read ? [read] : read;
}
