import type { PackageScope } from '../../inventory/package.ts';
import {
  asText,
  field,
  isJsonObject,
  isTrue,
  type JsonObject,
  listField,
  objectField,
  textField,
} from '../json.ts';
import { parseToml } from '../toml.ts';
import { chooseListed, fromRepository, type LockedPackage, type LockFile, type Origin } from './locked.ts';
import { isProjectName, MAX_REQUIREMENTS, normalizeName } from './requirement.ts';

/**
 * Reads `poetry.lock` of Poetry 0.12 to 2: the scope is a `category` at first, `groups` later; hashes lie in
 * `metadata` at first, with the package later.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parsePoetryLock(text: string): LockFile {
  const document = parseToml(text);
  const filesByName = objectField(objectField(document, 'metadata'), 'files');
  const packages = listField(document, 'package').flatMap((entry): readonly LockedPackage[] => {
    if (!isJsonObject(entry)) return [];
    const [name, version] = [textField(entry, 'name'), textField(entry, 'version')];
    if (name === undefined || version === undefined || !isProjectName(name)) return [];
    const requires = Object.keys(objectField(entry, 'dependencies')).slice(0, MAX_REQUIREMENTS);
    const files = [...listField(entry, 'files'), ...listField(filesByName, name)];
    return [
      {
        name,
        version,
        scope: scopeOf(entry),
        requires: requires.filter(isProjectName).map((each) => ({ name: normalizeName(each) })),
        description: textField(entry, 'description'),
        origin: originOf(objectField(entry, 'source'), files),
      },
    ];
  });
  return { packages, hasEdges: true };
}

function scopeOf(entry: JsonObject): PackageScope {
  const groups = listField(entry, 'groups').flatMap((group) => asText(group) ?? []);
  const isMain =
    groups.length > 0 ? groups.includes('main') : (field(entry, 'category') ?? 'main') === 'main';
  if (isTrue(entry, 'optional')) return 'optional';
  return isMain ? 'required' : 'development';
}

function originOf(source: JsonObject, files: readonly unknown[]): Origin | undefined {
  const [type, url] = [textField(source, 'type'), textField(source, 'url')];
  if (type === 'git' && url !== undefined) {
    return fromRepository('git', url, textField(source, 'resolved_reference'));
  }
  const origin = chooseListed(files);
  return type === 'url' && url !== undefined ? { ...origin, downloadUrl: url } : origin;
}
