import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package with the terms under which its code is in a bundle. */
export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  /** Licence and notice files as the package ships them. */
  readonly texts: readonly string[];
}

/** Licences that permit to ship a copy with its text. Another one is looked at by a person, and then added. */
const PERMITTED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

/** Whoever waives all rights asks for no notice, either. */
const NEEDS_NO_TEXT: ReadonlySet<string> = new Set(['CC0-1.0']);

/** The suite itself is under the licence at the root of the repository. */
const OWN_SCOPE = '@artifact-lifecycle/';

/** Notices go along, too (Apache-2.0, section 4 d). */
const TERMS_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-](?!(?:[cm]?[jt]s|json)$).*)?$/i;

/**
 * Finds the packages of others that the files belong to, sorted by name and version.
 *
 * @param standardTexts texts by licence that name nobody, such as that of Apache-2.0.
 * @throws Error that lists every package without a permitted licence or without its text.
 */
export function findLicences(
  files: readonly string[],
  standardTexts: ReadonlyMap<string, string> = new Map(),
): readonly LicensedPackage[] {
  const folders = new Set(files.map(packageFolder));
  const packages = [...folders]
    .map(readPackage)
    .filter(({ name }) => !name.startsWith(OWN_SCOPE))
    .map((one) => ({ ...one, texts: one.texts.length > 0 ? one.texts : standardText(one, standardTexts) }));
  const problems = packages.flatMap((one) => {
    const id = `${one.name}@${one.version}`;
    if (!isPermitted(one.licence))
      return [`${id} has the licence "${one.licence}", which is not known to be permitted.`];
    return one.texts.length === 0 && !NEEDS_NO_TEXT.has(one.licence) ? [`${id} ships no licence text.`] : [];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const byId = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** A package may name its licence and forget the text; where that is the same for everybody, it can be given. */
function standardText(
  { licence }: LicensedPackage,
  standardTexts: ReadonlyMap<string, string>,
): readonly string[] {
  const text = standardTexts.get(licence);
  return text === undefined ? [] : [text];
}

/** Writes the licences of a bundle; the same packages are the same bytes. */
export function renderLicences(packages: readonly LicensedPackage[]): string {
  const sections = packages.map(({ name, version, licence, texts }) =>
    [`${name}@${version}`, licence, '', ...texts.flatMap((text) => [text, ''])].join('\n'),
  );
  return `${['Third-party software in this bundle, each under its own licence.\n', ...sections].join(`${RULE}\n`)}`;
}

/** The packages that a licences file names, as `name@version`. */
export function listedPackages(licences: string): readonly string[] {
  return licences
    .split(`${RULE}\n`)
    .slice(1)
    .map((section) => section.slice(0, section.indexOf('\n')));
}

const RULE = '-'.repeat(80);

function isPermitted(expression: string): boolean {
  const plain = expression.replace(/[()]/g, '');
  if (plain.includes(' AND ')) return plain.split(' AND ').every((one) => PERMITTED.has(one));
  return plain.split(' OR ').some((one) => PERMITTED.has(one));
}

/** The nearest folder above a file whose package.json has a name: others only set the type of their modules. */
function packageFolder(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name !== undefined) return folder;
  }
  throw new Error(`${file} belongs to no package.`);
}

function readPackage(folder: string): LicensedPackage {
  const { name, version = '', license = '' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => TERMS_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replace(/\r\n?/g, '\n').trimEnd());
  return { name, version, licence: String(license), texts };
}
