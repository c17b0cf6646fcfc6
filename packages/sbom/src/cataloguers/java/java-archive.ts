import { dirname } from 'node:path/posix';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { readArchive } from './archive.ts';
import { coordinatesOf, type JavaArchiveFacts, type JavaPackage } from './archive-facts.ts';
import { ARCHIVE_EXTENSIONS, LARGEST_ARCHIVE } from './archive-limits.ts';

/** Where packages of one `group:artifact` are: by file, by folder, and all. */
interface Places {
  readonly byFile: Map<string, string>;
  readonly byFolder: Map<string, string>;
  readonly all: string[];
}

/** Archives of Java, those nested in them, and what was unpacked into them. */
export const javaArchive: Cataloguer<JavaArchiveFacts> = {
  name: 'java-archive',
  origins: ['image', 'directory'],
  selects: { extensions: ARCHIVE_EXTENSIONS, maxBytes: LARGEST_ARCHIVE },
  read({ path, bytes }, report) {
    // Other programs use some of these extensions: RAR, SAR, KAR files.
    const isOther = !/\.(?:[jwe]ar|[jh]pi)$/i.test(path) && bytes.toString('latin1', 0, 2) !== 'PK';
    return isOther ? undefined : detach(readArchive(bytes, path, report));
  },
  assemble(evidence) {
    const places = findPlaces(evidence);
    return evidence.flatMap((one) => {
      const children = childrenOf(one.facts);
      return one.facts.map((found, index) => packageOf(one, found, index, children.get(index) ?? [], places));
    });
  },
};

function keyOf(path: string, index: number): string {
  return `${path}#${index}`;
}

function findPlaces(evidence: readonly Evidence<JavaArchiveFacts>[]): ReadonlyMap<string, Places> {
  const places = new Map<string, Places>();
  for (const { path, facts } of evidence) {
    for (const [index, found] of facts.entries()) {
      const coordinates = coordinatesOf(found);
      const place: Places = places.get(coordinates) ?? { byFile: new Map(), byFolder: new Map(), all: [] };
      const key = keyOf(path, index);
      if (!place.byFile.has(path)) place.byFile.set(path, key);
      if (!place.byFolder.has(dirname(path))) place.byFolder.set(dirname(path), key);
      place.all.push(key);
      places.set(coordinates, place);
    }
  }
  return places;
}

function packageOf(
  { path, layer }: Evidence<JavaArchiveFacts>,
  found: JavaPackage,
  index: number,
  children: readonly number[],
  places: ReadonlyMap<string, Places>,
): FoundPackage {
  const needed = found.needs.map((coordinates) => {
    const place = places.get(coordinates);
    const near = place?.byFile.get(path) ?? place?.byFolder.get(dirname(path));
    // Of several far away nobody knows which is meant.
    return near ?? (place?.all.length === 1 ? place.all[0] : undefined);
  });
  const isProgram = found.inner === '' && (children.length > 0 || /\.[we]ar$/i.test(path));
  return {
    key: keyOf(path, index),
    type: 'maven',
    namespace: found.group,
    name: found.name,
    version: found.version,
    kind: isProgram ? 'application' : undefined,
    supplier: found.supplier,
    description: found.description,
    homepage: found.homepage,
    sourceUrl: found.sourceUrl,
    hashes: found.hashes,
    licences: found.licences,
    properties: { 'java.evidence': found.evidence },
    dependsOn: [...children.map((child) => keyOf(path, child)), ...needed.filter((key) => key !== undefined)],
    completeness: needed.includes(undefined) ? 'incomplete' : 'unknown',
    occurrences: [{ path: found.inner === '' ? path : `${path}!${found.inner}`, layer }],
  };
}

/** What lies in each archive of a file. */
function childrenOf(facts: JavaArchiveFacts): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const [index, { parent }] of facts.entries()) {
    if (parent === undefined) continue;
    const siblings = children.get(parent) ?? [];
    siblings.push(index);
    children.set(parent, siblings);
  }
  return children;
}
