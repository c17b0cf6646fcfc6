import type { DeclaredLicence, Hash, Party } from '../../inventory/package.ts';
import { asText, field, isJsonObject, isTrue, type JsonObject, textField } from '../json.ts';
import { type DependencyNames, namesIn, readDependencyNames } from './dependency-names.ts';
import { parseIntegrity } from './integrity.ts';
import { downloadUrl, parseRepository, webUrl } from './locations.ts';
import { isPackageName } from './package-name.ts';
import { parsePeople } from './person.ts';

/** A description is one line; some packages put their README there. */
const MAX_DESCRIPTION_LENGTH = 500;

/** What a package.json says of its package. */
export interface PackageManifest {
  /** With its scope; `undefined` where it has none or one that npm does not know. */
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly isPrivate: boolean;
  readonly licences: readonly DeclaredLicence[];
  readonly authors: readonly Party[];
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
  /** npm before version 7 wrote into package.json where it had the package from. */
  readonly downloadUrl: string | undefined;
  readonly hashes: readonly Hash[];
  readonly dependencies: DependencyNames;
  /** What is there for developing it. */
  readonly developmentDependencies: readonly string[];
}

/** Reads package.json by npm's documentation of it, in all the shapes it has had. */
export function readPackageManifest(object: JsonObject): PackageManifest {
  const name = textField(object, 'name');
  const repository = field(object, 'repository');
  const homepage = field(object, 'homepage');
  const authors = parsePeople(field(object, 'author'));
  return {
    name: name !== undefined && isPackageName(name) ? name : undefined,
    version: textField(object, 'version'),
    isPrivate: isTrue(object, 'private'),
    licences: readLicences(object),
    authors: authors.length > 0 ? authors : parsePeople(field(object, 'authors')),
    description: textField(object, 'description')?.slice(0, MAX_DESCRIPTION_LENGTH),
    homepage: webUrl(asText(Array.isArray(homepage) ? homepage[0] : homepage)),
    sourceUrl: parseRepository(isJsonObject(repository) ? textField(repository, 'url') : asText(repository)),
    downloadUrl: downloadUrl(textField(object, '_resolved')),
    hashes: parseIntegrity(textField(object, '_integrity')),
    dependencies: readDependencyNames(object),
    developmentDependencies: namesIn(object, 'devDependencies'),
  };
}

/**
 * Licences of `license` and, from before 2014, `licenses`: text, an object with `type`, or a list of these. `SEE
 * LICENSE IN …` stays as it is.
 */
export function readLicences(object: JsonObject): readonly DeclaredLicence[] {
  for (const key of ['license', 'licenses', 'licence']) {
    const value = field(object, key);
    const texts = (Array.isArray(value) ? value : [value]).flatMap((one) => licenceText(one) ?? []);
    if (texts.length > 0) return [...new Set(texts)].map(declareLicence);
  }
  return [];
}

function licenceText(value: unknown): string | undefined {
  if (!isJsonObject(value)) return asText(value);
  return textField(value, 'type') ?? textField(value, 'name') ?? textField(value, 'url');
}

function declareLicence(text: string): DeclaredLicence {
  return { text, style: /^(?:see licen[cs]e in|unlicensed$|https?:)/i.test(text) ? 'free' : 'spdx' };
}
