import type { FoundPackage, PackageType } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { readExecutables, sectionBytes } from '../executable/executable.ts';
import { isOutside, readUInt32 } from '../executable/extent.ts';
import { parseJsonObject, textField } from '../json.ts';

/** What a program's builder wrote into it (systemd, "Package Metadata for Executable Files"). */
export interface PackageNote {
  readonly type: string | undefined;
  readonly name: string;
  readonly version: string;
  readonly architecture: string | undefined;
  readonly os: string | undefined;
  /** A CPE of the distribution. */
  readonly osCpe: string | undefined;
}

const NOTE_TYPE = 0xcafe1a7e;
const OWNER = 'FDO\0';
/** Notes are some hundred bytes. */
const LARGEST_NOTE = 64 * 1024;
const LARGEST_BINARY = 512 * 1024 * 1024;

const TYPES: Readonly<Record<string, PackageType>> = { apk: 'apk', deb: 'deb', rpm: 'rpm' };

/** Programs that say in a note of theirs which package they are of. */
export const elfPackageNote: Cataloguer<PackageNote> = {
  name: 'elf-package-note',
  origins: ['image', 'directory'],
  selects: { executables: true, maxBytes: LARGEST_BINARY },
  read({ bytes }) {
    const text = findNote(bytes);
    if (text === undefined) return undefined;
    const note = parseJsonObject(text);
    const [name, version] = [textField(note, 'name'), textField(note, 'version')];
    if (name === undefined || version === undefined) return undefined;
    return detach({
      name,
      version,
      type: textField(note, 'type'),
      architecture: textField(note, 'architecture'),
      os: textField(note, 'os'),
      osCpe: textField(note, 'osCpe'),
    });
  },
  assemble: (evidence) => evidence.map(packageOf),
};

/** The JSON of the note; each note has the sizes of its owner's name and its content, its type, and both padded to 4. */
function findNote(bytes: Buffer): string | undefined {
  for (const executable of readExecutables(bytes)) {
    const section = sectionBytes(executable, '.note.package');
    if (section === undefined) continue;
    try {
      const [nameSize = 0, size = 0, type] = [0, 4, 8].map((at) =>
        readUInt32(section, at, executable.isLittleEndian),
      );
      const isOurs = type === NOTE_TYPE && section.toString('latin1', 12, 12 + nameSize) === OWNER;
      if (isOurs && size <= LARGEST_NOTE)
        return section.toString('utf8', 16, 16 + size).replace(/\0.*$/s, '');
    } catch (error) {
      if (!isOutside(error)) throw error;
    }
  }
  return undefined;
}

function packageOf({ path, layer, facts }: Evidence<PackageNote>): FoundPackage {
  const { name, version, architecture, osCpe } = facts;
  const type = TYPES[facts.type ?? ''];
  // Debian writes its name here, where os-release has its id.
  const os = facts.os?.toLowerCase() ?? distributionOf(osCpe);
  const isOfDistribution = type !== undefined && os !== undefined;
  return {
    key: path,
    type: isOfDistribution ? type : 'generic',
    namespace: isOfDistribution ? os : undefined,
    name,
    version,
    qualifiers: architecture === undefined ? undefined : { arch: architecture },
    properties: osCpe === undefined ? undefined : { 'elf.osCpe': osCpe },
    occurrences: [{ path, layer }],
    home: path,
  };
}

/** `fedora` of `cpe:/o:fedoraproject:fedora:37`. */
function distributionOf(cpe: string | undefined): string | undefined {
  return /^cpe:(?:\/|2\.3:)o:[^:]+:([a-z0-9_-]+)/.exec(cpe ?? '')?.[1];
}
