import { SuiteError } from '@artifact-lifecycle/core';
import type { FoundPackage, Hash } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { parseRepository } from '../javascript/locations.ts';

/** A lock file of 10 000 gems has some 500 kB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A gem is built for a dozen platforms at most. */
const MAX_PLATFORMS = 50;

const SECTION = /^[A-Z][A-Z ]*$/;

/** `    faker (2.21.0)`, with a platform after a hyphen: `nokogiri (1.13.0-x86_64-linux)`. */
const SPEC = /^ {4}(\S+) \(([^)\s]+)\)$/;

const REQUIREMENT = /^ {6}(\S+?)!?(?: \(.*)?$/;

const ASKED = /^ {2}(\S+?)!?(?: \(.*)?$/;

const CHECKSUM = /^ {2}(\S+) \(([^)\s]+)\) sha256=([\da-f]{64})/;

interface LockedGem {
  /** With the platform: `1.13.0-x86_64-linux`. */
  readonly version: string;
  readonly name: string;
  /** Where it comes from when that is no registry of gems. */
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly isLocal: boolean;
  readonly requires: string[];
}

/** What a Gemfile.lock says. */
export interface GemfileLock {
  readonly gems: readonly LockedGem[];
  readonly asked: readonly string[];
  /** By `name version`. */
  readonly hashes: readonly (readonly [gem: string, hash: Hash])[];
}

/** Bundler's lock file. */
export const gemfileLock: Cataloguer<GemfileLock> = {
  name: 'gemfile-lock',
  origins: ['directory'],
  selects: { names: ['Gemfile.lock', 'gems.locked'], maxBytes: MAX_BYTES },
  read: (file) => detach(parseGemfileLock(file.text())),
  assemble: (evidence) => evidence.flatMap(describeLock),
};

/**
 * Reads Gemfile.lock, by lines (bundler, `Bundler::LockfileParser`).
 *
 * @throws SuiteError `CONTENT_INVALID` where no section of it is one of Bundler's
 */
export function parseGemfileLock(text: string): GemfileLock {
  const gems: LockedGem[] = [];
  const asked: string[] = [];
  const hashes: (readonly [string, Hash])[] = [];
  let section = '';
  let source = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (SECTION.test(line)) {
      section = line;
      source = new Map();
    } else if (section === 'DEPENDENCIES') {
      const [, name] = ASKED.exec(line) ?? [];
      if (name !== undefined) asked.push(name);
    } else if (section === 'CHECKSUMS') {
      const [, name, version, hex] = CHECKSUM.exec(line) ?? [];
      if (hex !== undefined) hashes.push([`${name} ${version}`, { algorithm: 'SHA-256', hex }]);
    } else if (section === 'GEM' || section === 'GIT' || section === 'PATH' || section === 'PLUGIN SOURCE') {
      readSource(line, section, source, gems);
    }
  }
  if (section === '' && text.trim() !== '') {
    throw new SuiteError('CONTENT_INVALID', 'It is no lock file of Bundler.');
  }
  return { gems, asked, hashes };
}

function readSource(line: string, section: string, source: Map<string, string>, gems: LockedGem[]): void {
  const [, name, version] = SPEC.exec(line) ?? [];
  if (name !== undefined && version !== undefined) {
    gems.push({
      name,
      version,
      repository: section === 'GIT' ? source.get('remote') : undefined,
      commit: section === 'GIT' ? source.get('revision') : undefined,
      isLocal: section === 'PATH',
      requires: [],
    });
    return;
  }
  const [, required] = REQUIREMENT.exec(line) ?? [];
  if (required !== undefined) gems.at(-1)?.requires.push(required);
  const [, key, value] = /^ {2}(\w+): (.+)$/.exec(line) ?? [];
  if (key !== undefined && value !== undefined) source.set(key, value);
}

function describeLock({ path, layer, facts }: Evidence<GemfileLock>): readonly FoundPackage[] {
  const asked = new Set(facts.asked);
  const hashes = new Map(facts.hashes);
  const keyOf = ({ name, version }: LockedGem): string => `${path}#${name} ${version}`;
  const keys = new Map<string, string[]>();
  for (const gem of facts.gems) {
    const group = keys.get(gem.name);
    if (group === undefined) keys.set(gem.name, [keyOf(gem)]);
    else if (group.length < MAX_PLATFORMS) group.push(keyOf(gem));
  }
  return facts.gems.map((gem) => {
    const hyphen = gem.version.indexOf('-');
    const platform = hyphen < 0 ? undefined : gem.version.slice(hyphen + 1);
    const hash = hashes.get(`${gem.name} ${gem.version}`);
    // Bundler itself is never in the list.
    const isMissing = gem.requires.some((name) => !keys.has(name) && name !== 'bundler');
    return {
      key: keyOf(gem),
      type: 'gem',
      name: gem.name,
      version: hyphen < 0 ? gem.version : gem.version.slice(0, hyphen),
      qualifiers: platform === undefined ? undefined : { platform },
      kind: gem.isLocal ? 'application' : undefined,
      sourceUrl: parseRepository(gem.repository),
      properties: gem.commit === undefined ? undefined : { 'gem.commit': gem.commit },
      hashes: hash === undefined ? [] : [hash],
      dependsOn: [...new Set(gem.requires.flatMap((name) => keys.get(name) ?? []))].sort(),
      isDirect: asked.has(gem.name),
      completeness: isMissing ? 'incomplete' : 'complete',
      occurrences: [{ path, layer }],
    };
  });
}
