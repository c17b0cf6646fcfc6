import type { ZipEntry } from '../../archive/zip.ts';
import type { EmbeddedArtifact } from './identity.ts';
import { parseProperties } from './manifest.ts';
import { type Pom, parsePom } from './pom.ts';

/** The files in one folder `META-INF/maven/<group>/<artifact>`. */
interface Folder {
  properties?: ZipEntry;
  pom?: ZipEntry;
}

/** Runs something that may fail because of what is in an entry; a failure is reported, and gives nothing. */
type Attempt = <Result>(name: string, read: () => Result) => Result | undefined;

/** Reads the artifacts that left their Maven files in an archive, sorted by path. */
export function readArtifacts(
  entries: readonly ZipEntry[],
  content: (entry: ZipEntry) => Buffer | undefined,
  attempt: Attempt,
): readonly EmbeddedArtifact[] {
  const folders = new Map<string, Folder>();
  for (const entry of entries) {
    const [, path, file] =
      /^(META-INF\/maven\/[^/]+\/[^/]+)\/(pom\.properties|pom\.xml)$/.exec(entry.name) ?? [];
    if (path === undefined) continue;
    const folder = folders.get(path) ?? {};
    if (file === 'pom.xml') folder.pom = entry;
    else folder.properties = entry;
    folders.set(path, folder);
  }
  const sorted = [...folders].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, folder]) => readFolder(folder, content, attempt) ?? []);
}

function readFolder(
  folder: Folder,
  content: (entry: ZipEntry) => Buffer | undefined,
  attempt: Attempt,
): EmbeddedArtifact | undefined {
  const pom = readPom(folder.pom, content, attempt);
  const bytes = folder.properties && content(folder.properties);
  const properties = bytes && parseProperties(bytes.toString('utf8'));
  const stated = (key: string): string | undefined => {
    const value = properties?.get(key);
    return value === undefined || value === '' || value.includes('${') ? undefined : value;
  };
  const name = stated('artifactId');
  if (folder.properties !== undefined && name !== undefined) {
    return {
      path: folder.properties.name,
      evidence: 'pom.properties',
      group: stated('groupId') ?? pom?.group,
      name,
      version: stated('version') ?? pom?.version,
      pom,
    };
  }
  if (folder.pom === undefined || pom === undefined) return undefined;
  const { group, artifact, version } = pom;
  return { path: folder.pom.name, evidence: 'pom.xml', group, name: artifact, version, pom };
}

function readPom(
  entry: ZipEntry | undefined,
  content: (entry: ZipEntry) => Buffer | undefined,
  attempt: Attempt,
): Pom | undefined {
  const bytes = entry && content(entry);
  if (entry === undefined || bytes === undefined) return undefined;
  return attempt(entry.name, () => parsePom(bytes.toString('utf8')));
}
