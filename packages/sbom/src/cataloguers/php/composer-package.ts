import type { FoundPackage, Hash, Party } from '../../inventory/package.ts';
import { downloadUrl, parseRepository, webUrl } from '../javascript/locations.ts';
import { parsePeople } from '../javascript/person.ts';
import { asText, field, isJsonObject, type JsonObject, listField, objectField, textField } from '../json.ts';

/** A description is one line; some packages put more there. */
const MAX_DESCRIPTION_LENGTH = 500;

const NAME = /^[\w.-]{1,100}\/[\w.-]{1,200}$/;

/** A package as Composer writes it into composer.lock and installed.json. */
export interface ComposerPackage {
  /** `vendor/name`, in lower case. */
  readonly name: string;
  readonly version: string | undefined;
  readonly isForDevelopment: boolean;
  readonly licences: readonly string[];
  readonly authors: readonly Party[];
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
  readonly commit: string | undefined;
  readonly downloadUrl: string | undefined;
  readonly hashes: readonly Hash[];
  /** Names of packages, not of PHP and its extensions. */
  readonly requires: readonly string[];
  /** Names that it stands in for. */
  readonly provides: readonly string[];
}

/** Reads one package (Composer, "The composer.json schema"); `undefined` where it has no proper name. */
export function readComposerPackage(value: unknown, isForDevelopment: boolean): ComposerPackage | undefined {
  if (!isJsonObject(value)) return undefined;
  const name = textField(value, 'name')?.toLowerCase();
  if (name === undefined || !NAME.test(name)) return undefined;
  const source = objectField(value, 'source');
  const dist = objectField(value, 'dist');
  const sha1 = textField(dist, 'shasum')?.toLowerCase() ?? '';
  const licence = field(value, 'license');
  return {
    name,
    version: textField(value, 'version'),
    isForDevelopment,
    licences: (Array.isArray(licence) ? licence : [licence]).flatMap((one) => asText(one) ?? []),
    authors: parsePeople(listField(value, 'authors')),
    description: textField(value, 'description')?.slice(0, MAX_DESCRIPTION_LENGTH),
    homepage: webUrl(textField(value, 'homepage')),
    sourceUrl: parseRepository(textField(source, 'url')),
    commit: textField(source, 'reference'),
    downloadUrl: downloadUrl(textField(dist, 'url')),
    hashes: /^[\da-f]{40}$/.test(sha1) ? [{ algorithm: 'SHA-1', hex: sha1 }] : [],
    requires: packageNames(value, 'require'),
    provides: [...packageNames(value, 'replace'), ...packageNames(value, 'provide')],
  };
}

/** Names of packages among the keys of a field; `php`, `ext-json` and their like have no slash. */
export function packageNames(object: JsonObject, key: string): readonly string[] {
  return Object.keys(objectField(object, key))
    .map((name) => name.toLowerCase())
    .filter((name) => NAME.test(name));
}

/** Packages of one file, by what they need of each other. */
export function describeComposerPackages(
  packages: readonly ComposerPackage[],
  { path, layer }: { readonly path: string; readonly layer: string | undefined },
  asked: ReadonlySet<string>,
): readonly FoundPackage[] {
  const keyOf = (name: string): string => `${path}#${name}`;
  const providers = new Map<string, string>();
  for (const one of packages) for (const name of one.provides) providers.set(name, one.name);
  for (const { name } of packages) providers.set(name, name);
  return [...new Map(packages.map((one) => [one.name, one])).values()].map((one) => {
    const slash = one.name.indexOf('/');
    const targets = one.requires.flatMap((name) => providers.get(name) ?? []);
    return {
      key: keyOf(one.name),
      type: 'composer',
      namespace: one.name.slice(0, slash),
      name: one.name.slice(slash + 1),
      version: one.version,
      scope: one.isForDevelopment ? 'development' : undefined,
      licences: one.licences.map((text) => ({ text, style: 'spdx' as const })),
      supplier: one.authors[0],
      authors: one.authors,
      description: one.description,
      homepage: one.homepage,
      sourceUrl: one.sourceUrl,
      downloadUrl: one.downloadUrl,
      hashes: one.hashes,
      properties: one.commit === undefined ? undefined : { 'composer.commit': one.commit },
      dependsOn: [...new Set(targets.filter((name) => name !== one.name).map(keyOf))].sort(),
      isDirect: asked.has(one.name),
      completeness: targets.length < one.requires.length ? 'incomplete' : 'complete',
      occurrences: [{ path, layer }],
    };
  });
}
