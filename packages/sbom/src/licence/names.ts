import { readGnuLicence } from './gnu.ts';
import { findLicenceId, LICENCE_IDS } from './spdx-list.ts';

/**
 * Names people write and what they mean, by their key (`nameKey`). Only names with one meaning: "BSD" alone may be
 * any of three licences, and is not here.
 *
 * Sources: Debian's machine-readable copyright format 1.0 ("License specification"), Fedora's table of old tags,
 * the classifiers of PyPI, and the names that POMs, gems and NuGet packages carry.
 */
const NAMES: Readonly<Record<string, string>> = {
  '0bsd': '0BSD',
  'academic free 3.0': 'AFL-3.0',
  'apache software': 'Apache-2.0',
  'apache software 2': 'Apache-2.0',
  'apache software 2.0': 'Apache-2.0',
  apache: 'Apache-2.0',
  'apache 2': 'Apache-2.0',
  'apache 1': 'Apache-1.0',
  'apache2.0': 'Apache-2.0',
  apache2: 'Apache-2.0',
  'asl 1.0': 'Apache-1.0',
  'asl 1.1': 'Apache-1.1',
  'asl 2': 'Apache-2.0',
  'asl 2.0': 'Apache-2.0',
  'al 2.0': 'Apache-2.0',
  'artistic 2': 'Artistic-2.0',
  'artistic clarified': 'ClArtistic',
  boost: 'BSL-1.0',
  'boost software 1.0': 'BSL-1.0',
  'boost 1.0': 'BSL-1.0',
  'bsd 0 clause': '0BSD',
  'bsd 2': 'BSD-2-Clause',
  'bsd 3': 'BSD-3-Clause',
  'bsd 4': 'BSD-4-Clause',
  '2 clause bsd': 'BSD-2-Clause',
  '3 clause bsd': 'BSD-3-Clause',
  '4 clause bsd': 'BSD-4-Clause',
  'bsd two clause': 'BSD-2-Clause',
  'bsd three clause': 'BSD-3-Clause',
  'simplified bsd': 'BSD-2-Clause',
  freebsd: 'BSD-2-Clause',
  'new bsd': 'BSD-3-Clause',
  'modified bsd': 'BSD-3-Clause',
  'revised bsd': 'BSD-3-Clause',
  'bsd with advertising': 'BSD-4-Clause',
  bsd2: 'BSD-2-Clause',
  bsd3: 'BSD-3-Clause',
  'bsl 1': 'BSL-1.0',
  'cc by 3': 'CC-BY-3.0',
  'cc by 4': 'CC-BY-4.0',
  'cc by sa 3': 'CC-BY-SA-3.0',
  'cc by sa 4': 'CC-BY-SA-4.0',
  cc0: 'CC0-1.0',
  'cc0 1.0 universal': 'CC0-1.0',
  'cc0 1.0 universal cc0 1.0 public domain dedication': 'CC0-1.0',
  cddl: 'CDDL-1.0',
  'common development and distribution 1.0': 'CDDL-1.0',
  'common public 1.0': 'CPL-1.0',
  cpl: 'CPL-1.0',
  'eclipse distribution 1.0': 'BSD-3-Clause',
  'eclipse public 1.0': 'EPL-1.0',
  'eclipse public 1.0 epl 1.0': 'EPL-1.0',
  'eclipse public 2.0': 'EPL-2.0',
  'eclipse public 2.0 epl 2.0': 'EPL-2.0',
  'epl 1': 'EPL-1.0',
  'epl 2': 'EPL-2.0',
  'edl 1.0': 'BSD-3-Clause',
  'efl 1': 'EFL-1.0',
  'efl 2': 'EFL-2.0',
  'eupl 1.1': 'EUPL-1.1',
  'european union public 1.2 eupl 1.2': 'EUPL-1.2',
  expat: 'MIT',
  'expat mit': 'MIT',
  'mit expat': 'MIT',
  'free type project': 'FTL',
  ftl: 'FTL',
  'historical permission notice and disclaimer hpnd': 'HPND',
  iscl: 'ISC',
  'isc iscl': 'ISC',
  'isc bind': 'ISC',
  libpng: 'Libpng',
  lppl: 'LPPL-1.3c',
  mit: 'MIT',
  'mit x11': 'MIT',
  'mit no attribution': 'MIT-0',
  'mit no attribution mit 0': 'MIT-0',
  'mozilla public 1.0': 'MPL-1.0',
  'mozilla public 1.0 mpl': 'MPL-1.0',
  'mozilla public 1.1': 'MPL-1.1',
  'mozilla public 1.1 mpl 1.1': 'MPL-1.1',
  'mozilla public 2.0': 'MPL-2.0',
  'mozilla public 2.0 mpl 2.0': 'MPL-2.0',
  'mpl 1': 'MPL-1.0',
  'mpl 2': 'MPL-2.0',
  'mplv1.0': 'MPL-1.0',
  'mplv1.1': 'MPL-1.1',
  'mplv2.0': 'MPL-2.0',
  mpl2: 'MPL-2.0',
  'ncsa open source': 'NCSA',
  openldap: 'OLDAP-2.8',
  'openldap public': 'OLDAP-2.8',
  psf: 'PSF-2.0',
  'psf 2': 'PSF-2.0',
  psfl: 'PSF-2.0',
  'python software foundation': 'PSF-2.0',
  'python software foundation 2': 'PSF-2.0',
  qpl: 'QPL-1.0',
  'sil open font 1.1': 'OFL-1.1',
  'sil open font 1.1 ofl 1.1': 'OFL-1.1',
  ofl: 'OFL-1.1',
  ruby: 'Ruby',
  sleepycat: 'Sleepycat',
  unicode: 'Unicode-DFS-2016',
  unlicense: 'Unlicense',
  'unlicense unlicense': 'Unlicense',
  'universal permissive upl': 'UPL-1.0',
  vim: 'Vim',
  w3c: 'W3C',
  'wtfpl 2': 'WTFPL',
  'zlib libpng': 'Zlib',
  'zope public': 'ZPL-2.1',
  'zope public 2.1': 'ZPL-2.1',
  'zplv2.1': 'ZPL-2.1',
};

/** Names that mean something else, or something at all, in one ecosystem only. */
const NAMES_BY_STYLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Its common-licenses/Artistic is the one of Perl.
  debian: {
    artistic: 'Artistic-1.0-Perl',
    perl: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
    python: 'Python-2.0',
  },
  rpm: { artistic: 'Artistic-1.0-Perl', python: 'Python-2.0.1', 'gpl+': 'GPL-1.0-or-later' },
};

const EMPTY_WORDS = new Set([
  '',
  'the',
  'license',
  'licence',
  'licenses',
  'licenced',
  'licensed',
  'under',
  'version',
  'ver',
  'v',
]);

const BY_KEY = buildKeys();

function buildKeys(): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const id of LICENCE_IDS) keys.set(nameKey(id), id);
  for (const [key, id] of Object.entries(NAMES)) keys.set(key, id);
  return keys;
}

/** Takes a name down to what distinguishes it: `The Apache License, Version 2.0` is `apache 2.0`. */
export function nameKey(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9.+>=]+/)
    .map((word) => (/^v\d/.test(word) ? word.slice(1) : word))
    .map((word) => word.replace(/\.+$/, ''))
    .filter((word) => !EMPTY_WORDS.has(word))
    .join(' ');
}

/** Finds the SPDX expression of one licence's name; `undefined` where SPDX has none. */
export function findLicenceByName(name: string, style: string | undefined): string | undefined {
  const exact = findLicenceId(name);
  if (exact !== undefined) return exact;
  const key = nameKey(name);
  const byStyle = style === undefined ? undefined : NAMES_BY_STYLE[style];
  if (byStyle !== undefined && Object.hasOwn(byStyle, key)) return byStyle[key];
  const known = BY_KEY.get(key) ?? readGnuLicence(key);
  if (known !== undefined) return known;
  const twice = /^([^()]{1,200}) \(([^()]{1,50})\)$/.exec(name);
  if (twice !== null) {
    const [long, short] = [
      findLicenceByName(String(twice[1]), style),
      findLicenceByName(String(twice[2]), style),
    ];
    if (long !== undefined && long === short) return long;
  }
  // `EPL-1.0+`: SPDX has the plus as an operator for licences of versions.
  const base = name.endsWith('+') ? findLicenceId(name.slice(0, -1)) : undefined;
  return base !== undefined && /^[\w.-]+$/.test(base) && !/-(?:only|or-later)$/.test(base)
    ? `${base}+`
    : undefined;
}
