import { basename, dirname } from 'node:path/posix';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence, FoundFile } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { type DirectUrl, parseDirectUrl } from './direct-url.ts';
import { type Distribution, readDistribution } from './metadata.ts';
import { normalizeName, parseEggRequires, type Requirement } from './requirement.ts';
import { type FindInstalled, indexSites, type VirtualEnvironment } from './sites.ts';
import { parseVirtualEnvironment } from './virtual-environment.ts';
import { EGG_METADATA, readZippedEgg } from './zipped-egg.ts';

/** What one file says of an installed distribution, or of the environment it lies in. */
export type InstalledFacts =
  | { readonly kind: 'distribution'; readonly distribution: Distribution }
  | { readonly kind: 'egg requires'; readonly requires: readonly Requirement[] }
  | { readonly kind: 'direct url'; readonly directUrl: DirectUrl }
  | { readonly kind: 'installer'; readonly name: string }
  | { readonly kind: 'requested' }
  | { readonly kind: 'environment'; readonly environment: VirtualEnvironment };

/** Eggs are archives of whole packages; the largest have some hundred megabytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** `INSTALLER` holds one word: pip, uv, conda, dpkg. */
const MAX_INSTALLER_LENGTH = 100;

/**
 * Installed Python distributions: wheels by `*.dist-info`, eggs by `*.egg-info` and `EGG-INFO`, in folders that
 * are named in either case, single files of distutils, and zipped eggs. RECORD is not read: its hashes are of files, and no
 * package's.
 */
export const pythonInstalled: Cataloguer<InstalledFacts> = {
  name: 'python-installed',
  origins: ['image', 'directory'],
  selects: {
    names: [
      'METADATA',
      'PKG-INFO',
      'requires.txt',
      'direct_url.json',
      'INSTALLER',
      'REQUESTED',
      'pyvenv.cfg',
    ],
    extensions: ['.egg-info', '.egg'],
    accepts: (path) => isInInfoFolder(path) || isSingleFile(path) || basename(path) === 'pyvenv.cfg',
    maxBytes: MAX_BYTES,
  },
  read(file) {
    const facts = readFacts(file);
    return facts === undefined ? undefined : detach(facts);
  },
  assemble,
};

function readFacts(file: FoundFile): InstalledFacts | undefined {
  switch (basename(file.path)) {
    case 'requires.txt':
      return { kind: 'egg requires', requires: parseEggRequires(file.text()) };
    case 'direct_url.json':
      return { kind: 'direct url', directUrl: parseDirectUrl(file.text()) };
    case 'INSTALLER': {
      const name = file.text().trim();
      return name === '' || name.length > MAX_INSTALLER_LENGTH ? undefined : { kind: 'installer', name };
    }
    case 'REQUESTED':
      return { kind: 'requested' };
    case 'pyvenv.cfg':
      return { kind: 'environment', environment: parseVirtualEnvironment(file.text(), dirname(file.path)) };
    default: {
      const distribution = /\.egg$/i.test(file.path)
        ? readZippedEgg(file.bytes, file.path)
        : readDistribution(file.bytes, file.path);
      // distutils writes one for Python itself, which is no package of the index.
      return distribution === undefined || distribution.name === 'Python'
        ? undefined
        : { kind: 'distribution', distribution };
    }
  }
}

/** A distribution and what lies beside its metadata. */
interface Candidate {
  readonly evidence: Evidence<InstalledFacts>;
  readonly distribution: Distribution;
  readonly site: string;
  readonly beside: readonly InstalledFacts[];
}

function assemble(evidence: readonly Evidence<InstalledFacts>[]): readonly FoundPackage[] {
  const environments: VirtualEnvironment[] = [];
  const byFolder = new Map<string, InstalledFacts[]>();
  for (const { path, facts } of evidence) {
    if (facts.kind === 'environment') environments.push(facts.environment);
    const beside = byFolder.get(dirname(path));
    if (beside === undefined) byFolder.set(dirname(path), [facts]);
    else beside.push(facts);
  }
  const candidates = evidence.flatMap((each): readonly Candidate[] => {
    if (each.facts.kind !== 'distribution') return [];
    const beside = isSingleFile(each.path) ? [] : (byFolder.get(dirname(each.path)) ?? []);
    return [{ evidence: each, distribution: each.facts.distribution, site: siteOf(each.path), beside }];
  });
  const find = indexSites(
    candidates.map(({ evidence: { path }, distribution, site }) => ({
      key: path,
      name: normalizeName(distribution.name),
      site,
    })),
    environments,
  );
  const vendored = findVendored(candidates);
  return candidates.map((candidate) => describe(candidate, find, vendored));
}

function describe(
  { evidence, distribution, site, beside }: Candidate,
  find: FindInstalled,
  vendored: ReadonlyMap<string, readonly string[]>,
): FoundPackage {
  const requires = [
    ...distribution.requires,
    ...beside.flatMap((facts) => (facts.kind === 'egg requires' ? facts.requires : [])),
  ];
  const found = requires.map((requirement) => ({ requirement, key: find(site, requirement.name) }));
  const isComplete = found.every(({ requirement, key }) => key !== undefined || requirement.isConditional);
  const own = vendored.get(`${site}/${normalizeName(distribution.name)}`) ?? [];
  const direct = beside.find((facts) => facts.kind === 'direct url')?.directUrl;
  const installer = beside.find((facts) => facts.kind === 'installer')?.name;
  return {
    key: evidence.path,
    type: 'pypi',
    name: distribution.name,
    version: distribution.version,
    ...(direct?.vcs !== undefined && direct.url !== undefined
      ? { qualifiers: { vcs_url: `${direct.vcs.kind}+${direct.url}@${direct.vcs.commit}` } }
      : {}),
    licences: distribution.licences,
    authors: distribution.authors,
    description: distribution.summary,
    homepage: distribution.homepage,
    sourceUrl: direct?.vcs !== undefined ? direct.url : distribution.sourceUrl,
    downloadUrl: direct?.vcs === undefined ? direct?.url : undefined,
    hashes: direct?.hashes ?? [],
    dependsOn: [...new Set([...found.flatMap(({ key }) => key ?? []), ...own])]
      // Extras that consist of others name their own distribution.
      .filter((key) => key !== evidence.path)
      .sort(),
    completeness: isComplete ? 'complete' : 'incomplete',
    isDirect: beside.some((facts) => facts.kind === 'requested'),
    properties: {
      ...(installer === undefined ? {} : { 'python.installer': installer }),
      ...(direct?.isEditable === true ? { 'python.editable': 'true' } : {}),
    },
    occurrences: [{ path: placeOf(evidence.path), layer: evidence.layer }],
  };
}

/** Keys of what a distribution brings in its `_vendor` folder, by `site/name`: setuptools has a dozen. */
function findVendored(candidates: readonly Candidate[]): ReadonlyMap<string, readonly string[]> {
  const vendored = new Map<string, string[]>();
  for (const { evidence, site } of candidates) {
    if (basename(site) !== '_vendor') continue;
    const owner = `${dirname(dirname(site))}/${normalizeName(basename(dirname(site)))}`;
    const keys = vendored.get(owner);
    if (keys === undefined) vendored.set(owner, [evidence.path]);
    else keys.push(evidence.path);
  }
  return vendored;
}

function isInInfoFolder(path: string): boolean {
  return /(?:dist-info|egg-info)$/i.test(dirname(path));
}

/** `pycups-2.0.1.egg-info` as a file, `six-1.9.0-py3.8.egg` as an archive. */
function isSingleFile(path: string): boolean {
  return /\.egg(?:-info)?$/i.test(path);
}

/** Where the metadata lies; in a zipped egg that is inside. */
function placeOf(path: string): string {
  return /\.egg$/i.test(path) ? `${path}!${EGG_METADATA}` : path;
}

/** The folder a distribution was installed into, by the path of its metadata. */
function siteOf(path: string): string {
  if (isSingleFile(path)) return dirname(path);
  const around = dirname(dirname(path));
  return /\.egg$/i.test(around) ? dirname(around) : around;
}
