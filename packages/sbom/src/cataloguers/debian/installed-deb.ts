import { distroQualifier, type OsRelease } from '../../inventory/os-release.ts';
import type { OwnedPaths } from '../../inventory/owned-paths.ts';
import type { FoundPackage, Occurrence } from '../../inventory/package.ts';
import { Capabilities, type Dependencies, meet } from '../distribution/capabilities.ts';
import { readParty } from '../distribution/party.ts';
import { stated } from '../stated.ts';
import type { Stanza } from './control-file.ts';
import { readRelations, readSource, upstreamOf } from './deb-package.ts';

/** A package of a system, in one or more of its databases. */
export interface InstalledDeb {
  readonly key: string;
  readonly stanza: Stanza;
  readonly occurrences: Occurrence[];
  /** Of the .deb, in hexadecimal digits. */
  readonly sha256: string | undefined;
  readonly owned: OwnedPaths | undefined;
}

/** What a stanza says of its package; namespace, licences and dependencies are the cataloguer's. */
export function describe(
  { key, stanza, occurrences, sha256, owned }: InstalledDeb,
  type: 'deb' | 'opkg',
  os: OsRelease | undefined,
): FoundPackage {
  const { isStated, ...source } = readSource(stanza);
  const qualifiers: readonly (readonly [string, string | undefined])[] = [
    ['arch', stanza.get('architecture')],
    ['distro', os === undefined ? undefined : distroQualifier(os)],
    ['upstream', isStated ? upstreamOf(stanza) : undefined],
  ];
  const status = stanza.get('status');
  const isUsual = status === undefined || /^install (?:ok|user) installed$/.test(status);
  return {
    key,
    type,
    name: stanza.get('package') ?? '',
    version: stanza.get('version'),
    qualifiers: stated(qualifiers),
    supplier: readParty(stanza.get('maintainer')),
    description: stanza.get('description') || undefined,
    homepage: stanza.get('homepage') || undefined,
    hashes: sha256 === undefined ? undefined : [{ algorithm: 'SHA-256', hex: sha256 }],
    source,
    properties: isUsual ? undefined : { [`${type}.status`]: status },
    occurrences,
    owned,
  };
}

/**
 * Finds what packages depend on among each other, by name and by what they provide. Of a package that is there for
 * several architectures the depending one's is meant (Multi-Arch: same), or that for all.
 */
export function dependenciesAmong(installed: readonly InstalledDeb[]): (each: InstalledDeb) => Dependencies {
  const provided = new Capabilities();
  const architectures = new Map(installed.map(({ key, stanza }) => [key, stanza.get('architecture')]));
  for (const { key, stanza } of installed) provided.add(stanza.get('package') ?? '', key);
  for (const { key, stanza } of installed) {
    for (const names of readRelations(stanza.get('provides')))
      for (const name of names) provided.add(name, key);
  }
  return ({ key, stanza }) => {
    const own = stanza.get('architecture');
    const providersOf = (name: string) => {
      const all = provided.providersOf(name);
      if (all.length < 2) return all;
      const same = all.filter((provider) => ['all', own].includes(architectures.get(provider)));
      return same.length === 0 ? all : same;
    };
    return meet(key, needsOf(stanza, providersOf));
  };
}

function* needsOf(
  stanza: Stanza,
  providersOf: (name: string) => readonly string[],
): Generator<readonly (readonly string[])[]> {
  for (const field of ['pre-depends', 'depends']) {
    for (const alternatives of readRelations(stanza.get(field))) yield alternatives.map(providersOf);
  }
}

/** Without os-release Ubuntu's packages still say so in their versions. */
export function guessDistribution(installed: readonly InstalledDeb[]): string {
  const isUbuntu = installed.some(({ stanza }) => stanza.get('version')?.includes('ubuntu') === true);
  return isUbuntu ? 'ubuntu' : 'debian';
}
