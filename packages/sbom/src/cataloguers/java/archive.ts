import { createHash } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import { listZipEntries, memoryOf, readZipEntry, type ZipEntry } from '../../archive/zip.ts';
import type { Hash } from '../../inventory/package.ts';
import type { Report } from '../cataloguer.ts';
import { applySbom, type Stated } from './application-sbom.ts';
import type { JavaArchiveFacts, JavaPackage } from './archive-facts.ts';
import {
  type Account,
  DEEPEST_NESTING,
  isArchiveName,
  LARGEST_DESCRIPTION,
  openAccount,
} from './archive-limits.ts';
import { describeArchive, describeArtifact } from './describe.ts';
import { readArtifacts } from './embedded-artifacts.ts';
import { readArchiveName } from './file-name.ts';
import { identify } from './identity.ts';
import { parseManifest } from './manifest.ts';

/** An archive on the way down. */
interface Nested {
  readonly bytes: Buffer;
  /** Path of the file, with the way to the archive behind it. */
  readonly path: string;
  readonly inner: string;
  readonly depth: number;
  readonly parent: number | undefined;
  /** Bytes that are inflated around it, itself included. */
  readonly held: number;
}

const MANIFEST = 'META-INF/MANIFEST.MF';
const SBOM = 'META-INF/sbom/application.cdx.json';

/**
 * Finds the packages in an archive of Java and in the archives within it. What is broken or too much is reported,
 * and the rest read.
 *
 * @throws SuiteError where the file itself is no archive
 */
export function readArchive(bytes: Buffer, path: string, report: Report): JavaArchiveFacts {
  const found: JavaPackage[] = [];
  const outermost = { bytes, path, inner: '', depth: 0, parent: undefined, held: 0 };
  readNested(outermost, found, openAccount(), reportSome(report));
  return found;
}

function readNested(archive: Nested, found: JavaPackage[], account: Account, report: Report): void {
  const { bytes, inner, path } = archive;
  const entries = listZipEntries(bytes, isWanted);
  const attempt = <Result>(name: string, read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      report(`${wayTo(inner, name)}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const content = (entry: ZipEntry): Buffer | undefined =>
    attempt(entry.name, () => {
      account.unpack(entry.compressedSize + memoryOf(entry), archive.held + memoryOf(entry));
      return readZipEntry(bytes, entry, LARGEST_DESCRIPTION);
    });

  const first = found.length;
  const manifestEntry = entries.find(({ name }) => name.toUpperCase() === MANIFEST);
  const manifestBytes = manifestEntry && content(manifestEntry);
  const manifest = manifestBytes && parseManifest(manifestBytes);
  const archives = entries.filter(({ name }) => isArchiveName(name));
  const artifacts = readArtifacts(entries, content, attempt);
  // A jar woven from others has the name and the contents of one that is there, too.
  const identity = manifest?.has('weave-classes')
    ? undefined
    : identify(readArchiveName(path), manifest, artifacts, archives.length > 0);

  let { parent } = archive;
  const add = (one: JavaPackage): void => {
    account.addPackage();
    found.push(one);
  };
  if (identity !== undefined) {
    add({ ...describeArchive(identity, manifest), inner, parent, hashes: hashesOf(bytes) });
    parent = first;
  }
  for (const artifact of artifacts) {
    if (artifact === identity?.artifact) continue;
    add({ ...describeArtifact(artifact), inner: wayTo(inner, artifact.path), parent, hashes: [] });
  }
  for (const entry of archives) {
    attempt(entry.name, () => {
      if (archive.depth === DEEPEST_NESTING) {
        throw new SuiteError('LIMIT_EXCEEDED', `It lies more than ${DEEPEST_NESTING} archives deep.`);
      }
      const held = archive.held + memoryOf(entry);
      account.unpack(entry.compressedSize + memoryOf(entry), held);
      const next = {
        bytes: readZipEntry(bytes, entry, Number.POSITIVE_INFINITY),
        path: `${path}!${entry.name}`,
        inner: wayTo(inner, entry.name),
        depth: archive.depth + 1,
        parent,
        held,
      };
      readNested(next, found, account, report);
    });
  }

  const sbom = entries.find(({ name }) => name === SBOM);
  const sbomBytes = sbom && content(sbom);
  if (sbomBytes === undefined) return;
  const bare = { inner: wayTo(inner, SBOM), parent, evidence: 'sbom', hashes: [] } as const;
  const silent = { supplier: undefined, homepage: undefined, sourceUrl: undefined };
  const addStated =
    archives.length > 0 ? undefined : (stated: Stated): void => add({ ...bare, ...silent, ...stated });
  attempt(SBOM, () => applySbom(sbomBytes.toString('utf8'), found, first, addStated));
}

/** One broken archive can hold a million broken entries. */
const MOST_REPORTS = 50;

function reportSome(report: Report): Report {
  let count = 0;
  return (reason) => {
    count++;
    if (count < MOST_REPORTS) report(reason);
    else if (count === MOST_REPORTS) report('More in it could not be read.');
  };
}

function isWanted(name: string): boolean {
  if (name.startsWith('META-INF/')) {
    if (name.startsWith('META-INF/maven/')) return /\/pom\.(?:properties|xml)$/.test(name);
    if (name === SBOM) return true;
  }
  return isArchiveName(name) || (name.length === MANIFEST.length && name.toUpperCase() === MANIFEST);
}

function wayTo(inner: string, name: string): string {
  return inner === '' ? name : `${inner}!${name}`;
}

/**
 * SHA-1 is what Maven's registries are searched by. SHA-512 would take as long as all the rest: these run at a
 * gigabyte a second, and it at a sixth of that.
 */
function hashesOf(bytes: Buffer): readonly Hash[] {
  return [
    { algorithm: 'SHA-1', hex: createHash('sha1').update(bytes).digest('hex') },
    { algorithm: 'SHA-256', hex: createHash('sha256').update(bytes).digest('hex') },
  ];
}
