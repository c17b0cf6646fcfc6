import { distroQualifier, type OsRelease } from '../../inventory/os-release.ts';
import type { FoundPackage, Hash, Occurrence, SourcePackage } from '../../inventory/package.ts';
import { Capabilities, type Dependencies, meet } from '../distribution/capabilities.ts';
import { readParty } from '../distribution/party.ts';
import { isThirdParty } from '../distribution/third-party.ts';
import { stated } from '../stated.ts';
import type { RpmPackage } from './rpm-package.ts';

/** A package of a system, in one or more of its databases. */
export interface InstalledRpm {
  readonly key: string;
  readonly rpm: RpmPackage;
  /** Whether it comes from a manifest, which says nothing of dependencies. */
  readonly isListedOnly: boolean;
  readonly occurrences: Occurrence[];
}

/** Namespaces of purls where they are not the ID of os-release. */
const NAMESPACES: readonly (readonly [id: RegExp, namespace: string])[] = [
  [/^rhel$/, 'redhat'],
  [/^opensuse/, 'opensuse'],
  [/^(?:sles|sled|sle-|sle_|sl-micro|suse)/, 'suse'],
];

export function namespaceOf(os: OsRelease | undefined): string | undefined {
  return NAMESPACES.find(([id]) => os !== undefined && id.test(os.id))?.[1] ?? os?.id;
}

/** What a header says of its package; dependencies are `dependenciesAmong`'s. */
export function describe({ key, rpm, occurrences }: InstalledRpm, os: OsRelease | undefined): FoundPackage {
  const { sigMd5, sha1Header, sha256Header, sha256Payload } = rpm.digests;
  const hashes: readonly Hash[] | undefined =
    sigMd5 === undefined ? undefined : [{ algorithm: 'MD5', hex: sigMd5 }];
  return {
    key,
    type: 'rpm',
    namespace: namespaceOf(os),
    name: rpm.name,
    version: `${rpm.version}-${rpm.release}`,
    qualifiers: stated([
      ['arch', rpm.arch],
      ['distro', os === undefined ? undefined : distroQualifier(os)],
      ['epoch', rpm.epoch?.toString()],
      ['upstream', rpm.sourceRpm],
    ]),
    supplier: readParty(rpm.vendor),
    description: rpm.summary,
    homepage: rpm.url,
    licences: rpm.licence === undefined ? [] : [{ text: rpm.licence, style: 'rpm' }],
    // The hash by which rpm itself knows a package: of its header and payload, as they were distributed.
    hashes,
    source: readSource(rpm.sourceRpm),
    properties: stated([
      ['rpm.modularityLabel', rpm.modularityLabel],
      ['rpm.sha1Header', sha1Header],
      ['rpm.sha256Header', sha256Header],
      ['rpm.sha256Payload', sha256Payload],
    ]),
    occurrences,
    owned: rpm.owned,
    isThirdParty: isThirdParty(rpm.vendor, os),
  };
}

/** Reads `util-linux-2.32.1-42.el8_8.src.rpm`. */
function readSource(file: string | undefined): SourcePackage | undefined {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? '') ?? [];
  return name === undefined ? undefined : { name, version };
}

/** Finds what packages depend on among each other: by name, by what they provide, by files. */
export function dependenciesAmong(
  installed: readonly InstalledRpm[],
): (each: InstalledRpm) => Dependencies | { readonly completeness: 'unknown' } {
  const provided = new Capabilities();
  for (const { key, rpm } of installed) provided.add(rpm.name, key);
  for (const { key, rpm } of installed) {
    for (const name of rpm.provides) provided.add(name, key);
    for (const path of rpm.requiredFiles) provided.add(path, key);
  }
  return ({ key, rpm, isListedOnly }) =>
    isListedOnly
      ? { completeness: 'unknown' }
      : meet(
          key,
          rpm.requires.flatMap((name) => {
            if (!name.startsWith('(')) return [[provided.providersOf(name)]];
            // What a condition asks for may be missing rightly: it is an edge where it is there, and no gap.
            const needs = [...richNames(name)].map((each) => provided.providersOf(each));
            return needs.some((providers) => providers.length > 0) ? [needs] : [];
          }),
        );
}

/** A condition is longer nowhere. */
const MAX_RICH_LENGTH = 4000;

/** Names in a boolean dependency, without what it is conditional on: `(a >= 1 if b)` is `a`, `(a or b)` both. */
function* richNames(text: string): Generator<string> {
  let skips = false;
  let isVersion = false;
  for (const token of text.slice(0, MAX_RICH_LENGTH).split(/\s+/)) {
    const word = token.replace(/^\(+/, '');
    // `libc.so.6(GLIBC_2.34)(64bit)` has its own parentheses; those at the end beyond are the condition's.
    const name = trimClosing(word);
    if (name === 'if' || name === 'unless') skips = true;
    else if (name === 'else') skips = false;
    else if (/^[<>=]+$/.test(name)) isVersion = true;
    else if (isVersion) isVersion = false;
    else if (!skips && name !== '' && !/^(?:and|or|with|without)$/.test(name)) yield name;
    if (word.length > name.length) skips = false;
  }
}

function trimClosing(word: string): string {
  let open = 0;
  for (let at = 0; at < word.length; at++) {
    if (word[at] === '(') open++;
    else if (word[at] === ')' && --open < 0) return word.slice(0, at);
  }
  return word;
}
