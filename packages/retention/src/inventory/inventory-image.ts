import type { ValuePath } from '@artifact-lifecycle/core/policy';
import { isIndexType, tryParseDigest } from '@artifact-lifecycle/registry';
import type { StorageClass, StoredImage } from '../image/stored-image.ts';
import type { ShapeReader } from '../policy/shape-reader.ts';

/** An image of an inventory file, and what it names by id. */
export interface InventoryImage {
  readonly image: StoredImage;
  readonly children: readonly string[];
  readonly subject: string | undefined;
  readonly isIndex: boolean;
  readonly path: ValuePath;
}

/**
 * Reads one image. The names are those of Amazon ECR's DescribeImages; ours for the same are read, too, and what
 * else stands there is left alone.
 */
export function readInventoryImage(
  value: unknown,
  path: ValuePath,
  reader: ShapeReader,
): InventoryImage | undefined {
  const entries = reader.anyMapping(value, path);
  if (entries === undefined) return undefined;
  const time = (...names: readonly string[]): number | undefined => {
    const name = names.find((key) => isSet(entries, key));
    return name === undefined ? undefined : reader.time(entries.get(name), [...path, name]);
  };
  const texts = (name: string): readonly string[] =>
    isSet(entries, name) ? (reader.texts(entries.get(name), [...path, name]) ?? []) : [];
  const text = (name: string): string | undefined =>
    isSet(entries, name) ? reader.text(entries.get(name), [...path, name]) : undefined;
  const id = reader.text(entries.get('id'), [...path, 'id']);
  const pushedAt = isSet(entries, 'pushedAt')
    ? time('pushedAt')
    : reader.report([...path, 'pushedAt'], 'is missing');
  const digest = tryParseDigest(text('digest') ?? id ?? '');
  const mediaType = text('mediaType');
  const children = texts('children');
  const size = isSet(entries, 'size') ? readSize(entries.get('size'), [...path, 'size'], reader) : undefined;
  const image = {
    digest,
    tags: [...new Set(texts('tags'))].sort(),
    updatedAt: time('updatedAt'),
    pulledAt: time('lastRecordedPullTime', 'pulledAt'),
    size,
    mediaType,
    artifactType: text('artifactType'),
    storageClass: readStorageClass(entries, path, reader),
    archivedAt: time('lastArchivedAt', 'archivedAt'),
    activatedAt: time('lastActivatedAt', 'activatedAt'),
    isLocked: isSet(entries, 'isLocked')
      ? reader.boolean(entries.get('isLocked'), [...path, 'isLocked'])
      : undefined,
  };
  const subject = text('subject');
  if (id === '') reader.report([...path, 'id'], 'must not be empty');
  if (id === undefined || pushedAt === undefined) return undefined;
  const isIndex = children.length > 0 || (mediaType !== undefined && isIndexType(mediaType));
  return { image: { id, pushedAt, ...image }, children, subject, isIndex, path };
}

/** Null stands for absent: encoders write it. */
function isSet(entries: ReadonlyMap<string, unknown>, key: string): boolean {
  return (entries.get(key) ?? undefined) !== undefined;
}

function readSize(value: unknown, path: ValuePath, reader: ShapeReader): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : reader.report(path, 'must be a whole number of bytes');
}

function readStorageClass(
  entries: ReadonlyMap<string, unknown>,
  path: ValuePath,
  reader: ShapeReader,
): StorageClass | undefined {
  if (isSet(entries, 'status')) {
    const at = [...path, 'status'];
    const status = reader.oneOf(entries.get('status'), at, ['ACTIVE', 'ARCHIVED', 'ACTIVATING']);
    return status === 'ARCHIVED' ? 'archive' : 'standard';
  }
  return isSet(entries, 'storageClass')
    ? reader.oneOf(entries.get('storageClass'), [...path, 'storageClass'], ['standard', 'archive'])
    : undefined;
}
