import type { OsRelease } from '../../inventory/os-release.ts';
import type { FoundPackage } from '../../inventory/package.ts';
import { type Cataloguer, type Evidence, firstLayerWith } from '../cataloguer.ts';
import { stated } from '../stated.ts';
import { readCpe } from './cpe-name.ts';
import { type OsReleaseFile, readOsReleaseFile } from './os-release-file.ts';
import {
  readAlpineRelease,
  readBusyBox,
  readDebianVersion,
  readRedHatRelease,
  readRepositories,
} from './release-text.ts';

/** What one of the files that name a distribution says. */
export type ReleaseFacts =
  | ({ readonly kind: 'os-release' } & OsReleaseFile)
  | {
      readonly kind: 'other';
      readonly os: OsRelease;
      /** Its first line: Debian's point releases stand nowhere else. */
      readonly line: string | undefined;
    };

type Reader = (text: string) => OsRelease | undefined;

/**
 * Where distributions say what they are, the most telling first. etc/initrd-release is another system's that only
 * starts this one. BusyBox is asked last: it is in many images that are something else.
 */
const PLACES: ReadonlyMap<string, Reader | 'os-release' | 'busybox'> = new Map<
  string,
  Reader | 'os-release' | 'busybox'
>([
  ['etc/os-release', 'os-release'],
  ['usr/lib/os-release', 'os-release'],
  ['etc/alpine-release', readAlpineRelease],
  ['etc/centos-release', readRedHatRelease],
  ['etc/redhat-release', readRedHatRelease],
  ['etc/system-release', readRedHatRelease],
  ['etc/debian_version', readDebianVersion],
  ['etc/apk/repositories', readRepositories],
  ['bin/busybox', 'busybox'],
  ['usr/bin/busybox', 'busybox'],
]);
const ORDER = [...PLACES.keys()];

/** BusyBox is about 1 MB, 2 with debug symbols; the other files have some lines. */
const MAX_BYTES = 8 * 1024 * 1024;
/** An os-release is a screenful: a text that is longer is none. */
const MAX_TEXT_BYTES = 256 * 1024;

/** Knows which distribution an image or a root file system is, and lists it as a component of its own. */
export const osRelease: Cataloguer<ReleaseFacts> = {
  name: 'os-release',
  origins: ['image', 'directory'],
  selects: { suffixes: ORDER, accepts: (path) => PLACES.has(path), maxBytes: MAX_BYTES },
  keepsEarlier: true,

  read(file, report) {
    const reader = PLACES.get(file.path);
    if (reader === undefined) return undefined;
    if (reader === 'busybox') return other(readBusyBox(file.bytes));
    if (file.bytes.length > MAX_TEXT_BYTES) {
      report(`It has ${file.bytes.length} bytes, and no distribution writes that many.`);
      return undefined;
    }
    const text = file.text();
    if (reader !== 'os-release') return other(reader(text), text.trim().split('\n', 1)[0]);
    const said = readOsReleaseFile(text);
    return said === undefined ? undefined : { kind: 'os-release', ...said };
  },

  assemble(evidence) {
    const best = bestOf(evidence);
    const os = osReleaseOf(evidence);
    return best === undefined || os === undefined ? [] : [describe(os, best, evidence)];
  },
};

/**
 * Picks what an image says it is: its os-release, completed by what release files say where it has no ID; else the
 * first of the other files that says anything. Taking an inventory begins with it, and tells all cataloguers.
 */
export function osReleaseOf(evidence: readonly Evidence<ReleaseFacts>[]): OsRelease | undefined {
  const facts = bestOf(evidence)?.facts;
  if (facts?.kind !== 'os-release' || facts.hasId) return facts?.os;
  const named = sorted(evidence).find(
    (other) => other.facts.kind === 'other' && other.facts.os.id !== 'busybox',
  );
  if (named === undefined) return facts.os;
  return { ...facts.os, id: named.facts.os.id, versionId: facts.os.versionId ?? named.facts.os.versionId };
}

function sorted(evidence: readonly Evidence<ReleaseFacts>[]): readonly Evidence<ReleaseFacts>[] {
  return [...evidence].sort((a, b) => ORDER.indexOf(a.path) - ORDER.indexOf(b.path));
}

function bestOf(evidence: readonly Evidence<ReleaseFacts>[]): Evidence<ReleaseFacts> | undefined {
  return sorted(evidence)[0];
}

function other(os: OsRelease | undefined, line?: string): ReleaseFacts | undefined {
  return os === undefined ? undefined : { kind: 'other', os, line };
}

function describe(
  os: OsRelease,
  best: Evidence<ReleaseFacts>,
  evidence: readonly Evidence<ReleaseFacts>[],
): FoundPackage {
  const { facts, path } = best;
  const cpe = os.cpe === undefined ? undefined : readCpe(os.cpe);
  const details = facts.kind === 'os-release' ? facts : undefined;
  const said: readonly (readonly [string, string | undefined])[] = [
    ['os.id', os.id],
    ['os.idLike', os.idLike.join(' ')],
    ['os.name', os.name],
    ['os.prettyName', os.prettyName],
    ['os.versionId', os.versionId],
    ['os.buildId', os.buildId],
    ['os.codename', os.codename],
    ['os.variantId', details?.variantId],
    ['os.imageId', details?.imageId],
    ['os.imageVersion', details?.imageVersion],
    ['os.supportEnd', details?.supportEnd],
    ['os.pointRelease', pointRelease(evidence)],
  ];
  return {
    key: os.id,
    type: 'generic',
    kind: 'operating-system',
    name: os.id,
    version: os.versionId ?? os.buildId,
    description: os.prettyName ?? os.name,
    homepage: os.homeUrl,
    cpes: cpe === undefined ? undefined : [cpe],
    properties: stated(said),
    occurrences: [
      {
        path,
        layer: firstLayerWith(
          best,
          ({ os: then }) => then.id === facts.os.id && then.versionId === facts.os.versionId,
        ),
      },
    ],
  };
}

/** `12.5`, which Debian says in etc/debian_version only. */
function pointRelease(evidence: readonly Evidence<ReleaseFacts>[]): string | undefined {
  const facts = evidence.find(({ path }) => path === 'etc/debian_version')?.facts;
  return facts?.kind === 'other' ? facts.line : undefined;
}
