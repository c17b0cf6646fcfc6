import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An ecosystem, and how a purl of one of its packages begins and ends. */
interface Ecosystem {
  readonly name: string;
  readonly type: string;
  readonly prefix: string;
  readonly qualifiers: string;
}

const ecosystem = (name: string, type: string, prefix = '', qualifiers = ''): Ecosystem => ({
  ...{ name, type, prefix, qualifiers },
});

const ECOSYSTEMS: readonly Ecosystem[] = [
  ecosystem('npm', 'npm'),
  ecosystem('PyPI', 'pypi'),
  ecosystem('Maven', 'maven', 'org.example:'),
  ecosystem('Go', 'golang', 'example.com/acme/'),
  ecosystem('Debian:12', 'deb/debian', '', '?distro=debian-12'),
  ecosystem('Alpine:v3.20', 'apk/alpine', '', '?distro=alpine-3.20.3'),
  ecosystem('crates.io', 'cargo'),
  ecosystem('RubyGems', 'gem'),
];

/** Packages of an ecosystem that have records: a few have very many, as in real databases. */
const NAMES = 30_000;

const WORDS =
  'a buffer overflow in the parser allows remote attackers to execute arbitrary code by a crafted request when the default configuration of this package is used'.split(
    ' ',
  );

/** Numbers from 0 to 1 that are the same in every run (Numerical Recipes, "ranqd1"). */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Writes so many records, each in its file, in folders as OSV has them. Gives their bytes. */
export function writeRecords(directory: string, count: number): number {
  const random = makeRandom(8);
  let bytes = 0;
  for (const { name } of ECOSYSTEMS) mkdirSync(join(directory, folderOf(name)), { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const of = ECOSYSTEMS[number % ECOSYSTEMS.length] ?? ecosystem('npm', 'npm');
    const text = makeRecord(number, of, random);
    bytes += Buffer.byteLength(text);
    writeFileSync(join(directory, folderOf(of.name), `BENCH-2026-${number}.json`), text);
  }
  return bytes;
}

/** One in so many of the packages with most records: an image has popular ones, and not those alone. */
const STEP = 8;

/** Purls of packages of all ecosystems, the one with most records among them. */
export function makePurls(count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => {
    const { type, prefix, qualifiers } = ECOSYSTEMS[number % ECOSYSTEMS.length] ?? ecosystem('npm', 'npm');
    const path = `${prefix.replace(':', '/')}${nameOf(STEP * Math.floor(number / ECOSYSTEMS.length))}`;
    return `pkg:${type}/${path}@${type === 'golang' ? 'v' : ''}1.${number % 40}.${number % 7}${qualifiers}`;
  });
}

function folderOf(name: string): string {
  return name.split(':', 1)[0] ?? name;
}

function nameOf(number: number): string {
  return `package-${number}`;
}

function makeRecord(number: number, { name, type, prefix }: Ecosystem, random: () => number): string {
  const chosen = `${prefix}${nameOf(Math.floor(NAMES * random() ** 3))}`;
  const versions = Array.from({ length: Math.floor(80 * random() ** 2) }, (_, at) => `0.${at}.${number % 9}`);
  const length = 300 + 5000 * random() ** 2;
  let details = '';
  while (details.length < length) details += `${WORDS[Math.floor(random() * WORDS.length)]} `;
  const year = 2015 + (number % 11);
  return JSON.stringify({
    schema_version: '1.7.0',
    id: `BENCH-2026-${number}`,
    modified: `${year}-05-06T07:08:09Z`,
    published: `${year}-01-02T03:04:05Z`,
    aliases: [`CVE-${year}-${10_000 + number}`],
    summary: details.slice(0, 90),
    details,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:L/A:N' }],
    affected: [
      {
        package: { ecosystem: name, name: chosen, purl: `pkg:${type}/${chosen.replace(':', '/')}` },
        ranges: [
          {
            type: name === 'npm' || name === 'Go' || name === 'crates.io' ? 'SEMVER' : 'ECOSYSTEM',
            events: [
              { introduced: number % 3 === 0 ? '0' : `0.${number % 20}.0` },
              { fixed: `1.${number % 40}.3` },
            ],
          },
        ],
        versions,
        database_specific: { source: `https://example.com/${folderOf(name)}/BENCH-2026-${number}.json` },
      },
    ],
    references: [
      { type: 'ADVISORY', url: `https://nvd.nist.gov/vuln/detail/CVE-${year}-${10_000 + number}` },
      { type: 'WEB', url: `https://example.com/advisories/${number}` },
      { type: 'PACKAGE', url: `https://example.com/packages/${chosen}` },
    ],
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-120'], github_reviewed: true },
  });
}
