import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { parseRepository, webUrl } from '../javascript/locations.ts';
import { type Gemspec, parseGemspec } from './gemspec.ts';

/** The longest gemspecs list some thousand files. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Ruby's gems by the specifications that RubyGems writes when it installs them, those that come with Ruby included. */
export const rubyInstalled: Cataloguer<Gemspec> = {
  name: 'ruby-installed',
  origins: ['image', 'directory'],
  selects: {
    extensions: ['.gemspec'],
    accepts: (path) => /(?:^|\/)specifications\//.test(path),
    maxBytes: MAX_BYTES,
  },
  read(file, report) {
    const gem = parseGemspec(file.text());
    if (gem !== undefined) return detach(gem);
    report('It says no name or no version of a gem.');
    return undefined;
  },
  assemble(evidence) {
    const newest = new Map<string, Evidence<Gemspec>>();
    for (const one of evidence) {
      for (const place of [homeOf(one.path), '']) {
        const key = `${place} ${one.facts.name}`;
        const known = newest.get(key);
        if (known === undefined || isNewer(one.facts.version, known.facts.version)) newest.set(key, one);
      }
    }
    // Of several versions the newest in the same home of gems; the newest of any home where that has none.
    return evidence.map((one) =>
      describe(one, (name) => newest.get(`${homeOf(one.path)} ${name}`) ?? newest.get(` ${name}`)),
    );
  },
};

function describe(
  { path, layer, facts: gem }: Evidence<Gemspec>,
  find: (name: string) => Evidence<Gemspec> | undefined,
): FoundPackage {
  const targets = gem.dependencies.flatMap((name) => find(name)?.path ?? []);
  return {
    key: path,
    type: 'gem',
    name: gem.name,
    version: gem.version,
    qualifiers: gem.platform === undefined ? undefined : { platform: gem.platform },
    licences: gem.licences.map((text) => ({ text, style: 'spdx' })),
    supplier: gem.authors[0],
    authors: gem.authors,
    description: gem.description,
    homepage: webUrl(gem.homepage),
    sourceUrl: parseRepository(gem.sourceUrl),
    properties: isDefault(path) ? { 'gem.default': 'true' } : undefined,
    dependsOn: [...new Set(targets)].sort(),
    completeness: targets.length < gem.dependencies.length ? 'incomplete' : 'complete',
    occurrences: [{ path, layer }],
  };
}

/** Gems that come with Ruby itself. */
function isDefault(path: string): boolean {
  return path.includes('specifications/default/');
}

/** The `specifications` of the home that RubyGems installed a gem into. */
function homeOf(path: string): string {
  return path.slice(0, path.lastIndexOf('specifications/') + 'specifications'.length);
}

function isNewer(version: string, other: string): boolean {
  const [own, others] = [version.split('.'), other.split('.')];
  for (let at = 0; at < Math.max(own.length, others.length); at++) {
    const difference = (Number(own[at] ?? 0) || 0) - (Number(others[at] ?? 0) || 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
