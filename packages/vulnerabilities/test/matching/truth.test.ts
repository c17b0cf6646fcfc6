import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import {
  type Advisory,
  type Affected,
  compareVersions,
  matchAdvisories,
  parseAdvisory,
  readComponent,
  type VersionOrder,
} from '../../src/index.ts';
import {
  compareSemver,
  describeAdvisories,
  filesBelow,
  readRecord,
  satisfies,
} from '../support/advisory-truth.ts';

type Compare = (a: string, b: string) => number;

/** How versions of an ecosystem are written, put in order, and which are next to one. */
interface Kind {
  readonly purl: (name: string, version: string) => string;
  readonly compare: Compare;
  /** Versions just below and just above, and the version itself. */
  readonly around: (version: string) => readonly string[];
}

const ofOrder =
  (order: VersionOrder): Compare =>
  (a, b) => {
    const sign = compareVersions(order, a, b);
    if (sign === undefined) throw new TypeError(`${a} or ${b} is no version`);
    return sign;
  };

function aroundSemver(version: string): readonly string[] {
  const [release = '', prerelease] = version.split('+', 1)[0]?.split(/-(.*)/s) ?? [];
  const [major = '0', minor = '0', patch = '0'] = release.split('.');
  const next = `${major}.${minor}.${BigInt(patch) + 1n}`;
  return prerelease === undefined
    ? [`${release}-0`, `${release}-zzz`, release, `${next}-0`, next]
    : [`${release}-0`, version, `${version}.0`, release, next];
}

const KINDS: Readonly<Record<string, Kind>> = {
  Go: {
    purl: (name, version) => `pkg:golang/${name}@${version}`,
    compare: compareSemver,
    around: aroundSemver,
  },
  npm: {
    purl: (name, version) => `pkg:npm/${name}@${version}`,
    compare: compareSemver,
    around: aroundSemver,
  },
  'crates.io': {
    purl: (name, version) => `pkg:cargo/${name}@${version}`,
    compare: compareSemver,
    around: aroundSemver,
  },
  Bitnami: {
    purl: (name, version) => `pkg:bitnami/${name}@${version}`,
    compare: compareSemver,
    around: (version) => aroundSemver(version).filter((one) => !/-\d+$/.test(one)),
  },
  PyPI: {
    purl: (name, version) => `pkg:pypi/${name}@${version}`,
    compare: ofOrder('pep440'),
    around: (version) =>
      [`${version}.dev0`, version, `${version}.post9`, `${version}+local.1`].filter(
        (one) => compareVersions('pep440', one, one) === 0,
      ),
  },
  Maven: {
    purl: (name, version) => `pkg:maven/${name.replace(':', '/')}@${version}`,
    compare: ofOrder('maven'),
    around: (version) => [
      `${version}-alpha`,
      `${version}-SNAPSHOT`,
      version,
      `${version}-sp`,
      `${version}.1`,
    ],
  },
  AlmaLinux: {
    purl: (name, version) =>
      `pkg:rpm/almalinux/${name}@${version.replace(/^\d+:/, '')}?distro=almalinux-9.9${/^\d+:/.test(version) ? `&epoch=${version.split(':', 1)[0]}` : ''}`,
    compare: ofOrder('rpm'),
    around: (version) => [`${version}~0`, version, `${version}.1`],
  },
  Chainguard: {
    purl: (name, version) => `pkg:apk/chainguard/${name}@${version}?distro=chainguard-20230214`,
    compare: ofOrder('apk'),
    around: aroundApk,
  },
  Wolfi: {
    purl: (name, version) => `pkg:apk/wolfi/${name}@${version}?distro=wolfi-20230201`,
    compare: ofOrder('apk'),
    around: aroundApk,
  },
};

function aroundApk(version: string): readonly string[] {
  const [release = '', revision = '0'] = version.split('-r');
  return [`${release}_rc1-r${revision}`, version, `${release}-r${Number(revision) + 1}`, `${release}.1-r0`];
}

/**
 * The rule told in another way than by walking events: a version is affected if it is enumerated, or if there is an
 * introduction at or below it that nothing between the two takes back.
 */
function isAffectedByRule({ ranges, versions }: Affected, version: string, compare: Compare): boolean {
  const isBelow = (begin: string): boolean => begin === '0' || compare(begin, version) <= 0;
  const isEnumerated = versions.some((one) => one === version || sameOrUndefined(compare, one, version));
  return (
    isEnumerated ||
    ranges
      .filter(({ type }) => type !== 'GIT')
      .some(({ events }) =>
        events.some(
          (begin) =>
            begin.kind === 'introduced' &&
            isBelow(begin.version) &&
            !events.some(({ kind, version: end }) => {
              const isBehind = begin.version === '0' || compare(begin.version, end) <= 0;
              return (
                isBehind &&
                ((kind === 'fixed' && (end === '0' || compare(end, version) <= 0)) ||
                  (kind === 'last_affected' && compare(end, version) < 0))
              );
            }),
        ),
      )
  );
}

function sameOrUndefined(compare: Compare, a: string, b: string): boolean {
  try {
    return compare(a, b) === 0;
  } catch {
    return false;
  }
}

const purlOf = (entry: Affected, version: string): string => {
  const kind = KINDS[entry.ecosystem.split(':', 1)[0] ?? ''];
  const text = kind?.purl(entry.name.replace('@', '%40'), version.replaceAll('+', '%2B')) ?? '';
  // AlmaLinux is the only one here with releases.
  return text.replace('almalinux-9.9', `almalinux-${entry.ecosystem.split(':')[1] ?? ''}.1`);
};

interface Tally {
  records: number;
  judged: number;
  affected: number;
  readonly wrong: string[];
}

/** Judges every version on an edge of a record, and its neighbours; a package has as many entries as name it. */
function judgeEdges(advisory: Advisory, tally: Tally): void {
  tally.records++;
  for (const entry of advisory.affected) {
    const kind = KINDS[entry.ecosystem.split(':', 1)[0] ?? ''];
    if (kind === undefined) continue;
    const same = advisory.affected.filter(
      (other) => other.ecosystem === entry.ecosystem && other.name === entry.name,
    );
    const edges = entry.ranges
      .filter(({ type }) => type !== 'GIT')
      .flatMap(({ events }) => events.map(({ version }) => (version === '0' ? '0.0.0' : version)));
    for (const version of new Set([...edges.flatMap(kind.around), ...entry.versions])) {
      const should =
        advisory.withdrawn === undefined && same.some((one) => isAffectedByRule(one, version, kind.compare));
      const component = readComponent(purlOf(entry, version));
      const { findings, undecided } = matchAdvisories([{ component, advisories: [advisory] }]);
      tally.judged++;
      if (should) tally.affected++;
      if (findings.length > 0 !== should || undecided.length > 0)
        tally.wrong.push(`${advisory.id}: ${component.purl} should ${should ? '' : 'not '}be affected`);
    }
  }
}

describeAdvisories('real advisories, on the edges of their ranges', (directory) => {
  it.each([
    { folder: 'go', ending: '.json', records: 369 },
    { folder: 'pypi', ending: '.yaml', records: 257 },
    { folder: 'rustsec', ending: '.md', records: 67 },
    { folder: 'ghsa', ending: '.json', records: 2 },
    { folder: 'osv-misc', ending: '.json', records: 20 },
  ])('judges every version on an edge and its neighbours right: $folder', ({ folder, ending, records }) => {
    const tally: Tally = { records: 0, judged: 0, affected: 0, wrong: [] };
    for (const path of filesBelow(join(directory, folder), ending)) {
      const record = readRecord(path);
      // Some files are a database's own form around a record.
      if (typeof record === 'object' && record !== null && 'Vulnerability' in record) continue;
      judgeEdges(parseAdvisory(record), tally);
    }
    expect(tally.wrong).toEqual([]);
    expect(tally.records).toBeGreaterThanOrEqual(records);
    expect(tally.affected).toBeGreaterThan(tally.records);
    expect(tally.judged).toBeGreaterThan(tally.affected);
  });

  it('takes for safe what RustSec calls patched or unaffected, and nothing else', () => {
    const wrong: string[] = [];
    for (const path of filesBelow(join(directory, 'rustsec'), '.md')) {
      const record: unknown = readRecord(path);
      const advisory = parseAdvisory(record);
      const safe = JSON.parse(JSON.stringify(record)).affected[0].database_specific.safe as readonly string[];
      const versions = safe.flatMap((requirement) =>
        [...requirement.matchAll(/\d[\w.-]*/g)].flatMap(([version]) =>
          aroundSemver(
            [...version.split('.'), '0', '0'].slice(0, Math.max(3, version.split('.').length)).join('.'),
          ),
        ),
      );
      for (const version of new Set([...versions, '0.0.1', '999.0.0'])) {
        const isSafe =
          advisory.withdrawn !== undefined || safe.some((requirement) => satisfies(version, requirement));
        const component = readComponent(`pkg:cargo/${advisory.affected[0]?.name}@${version}`);
        const { findings } = matchAdvisories([{ component, advisories: [advisory] }]);
        if ((findings.length === 0) !== isSafe) wrong.push(`${advisory.id} ${version}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
