import { SuiteError } from '@artifact-lifecycle/core';
import { formatPath, type ValuePath } from '@artifact-lifecycle/core/policy';
import { assembleGraph } from '../graph/assemble-graph.ts';
import type { ImageGraph } from '../graph/image-graph.ts';
import type { ManifestFacts, NodeKey } from '../graph/manifest-facts.ts';
import { parseLargeJson } from '../image/large-file.ts';
import type { StoredImage } from '../image/stored-image.ts';
import { ShapeReader } from '../policy/shape-reader.ts';
import type { ServiceAbilities } from '../service/retention-service.ts';
import { type InventoryImage, readInventoryImage } from './inventory-image.ts';

/** Images from a file, in place of a registry: a policy is tried on paper. */
export interface Inventory {
  /** Milliseconds since 1970; `undefined` where the file does not say. */
  readonly now: number | undefined;
  readonly images: readonly StoredImage[];
  readonly graph: ImageGraph;
}

/** What a repository on paper can do: everything that a plan may ask for. */
export const INVENTORY_ABILITIES: ServiceAbilities = {
  listsUntagged: true,
  tellsPushTime: true,
  tellsPullTime: true,
  untag: 'native',
  restore: 'none',
  transition: true,
  cascades: [],
};

/** More mistakes are not listed: they are mostly the same one. */
const MAX_LISTED = 10;

/**
 * Reads the input `inventory`: `{ "now": …, "images": [ { "id", "tags", "pushedAt", … } ] }` (contract, "cleanup").
 * Ids stand for digests; `children` and `subject` name other images of the file.
 *
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readInventory(bytes: Uint8Array, what: string): Inventory {
  const reader = new ShapeReader();
  const document = reader.anyMapping(parseLargeJson(bytes, `inventory ${what}`), []);
  const list = document === undefined ? undefined : reader.list(document.get('images'), ['images']);
  const now = document?.has('now') ? reader.time(document.get('now'), ['now']) : undefined;
  const entries = (list ?? []).flatMap((item, index): readonly InventoryImage[] => {
    const read = readInventoryImage(item, ['images', index], reader);
    return read === undefined ? [] : [read];
  });
  refuseTwins(entries, reader);
  if (reader.problems.length > 0) throw refusal(reader, what);
  return { now, images: entries.map(({ image }) => image), graph: graphOf(entries) };
}

function refuseTwins(entries: readonly InventoryImage[], reader: ShapeReader): void {
  const seen = new Set<string>();
  for (const { image, path } of entries) {
    for (const name of new Set([image.id, image.digest ?? image.id])) {
      if (seen.has(name)) reader.report(path, `has the id or digest ${name}, which is there already`);
      seen.add(name);
    }
  }
}

function refusal(reader: ShapeReader, what: string): SuiteError {
  const describe = (path: ValuePath, message: string): string =>
    path.length === 0 ? `it ${message}` : `${formatPath(path)} ${message}`;
  const lines = reader.problems.slice(0, MAX_LISTED).map(({ path, message }) => describe(path, message));
  const more = reader.problems.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  return new SuiteError('INPUT_INVALID', `The inventory ${what} is none: ${lines.join('; ')}.`, {
    remedy:
      'Write { "now": time, "images": [ { "id", "tags", "pushedAt" } ] }, times as 2026-11-01T12:00:00Z.',
  });
}

function graphOf(entries: readonly InventoryImage[]): ImageGraph {
  const keys = new Map<string, NodeKey>(entries.map(({ image }) => [image.id, image.digest ?? image.id]));
  const keyOf = (name: string): NodeKey => keys.get(name) ?? name;
  const facts = new Map(
    entries.map(({ image, children, subject, isIndex }): readonly [NodeKey, ManifestFacts] => [
      image.digest ?? image.id,
      {
        kind: isIndex ? 'index' : 'image',
        children: children.map((name) => ({
          key: keyOf(name),
          kind: 'leaf',
          about: undefined,
          isArtifact: false,
        })),
        subject: subject === undefined ? undefined : keyOf(subject),
        blobs: isIndex && image.size === undefined ? [] : undefined,
      },
    ]),
  );
  return assembleGraph({
    images: entries.map(({ image }) => image),
    factsOf: (key) => facts.get(key),
    unread: new Map(),
    isComplete: true,
  });
}
