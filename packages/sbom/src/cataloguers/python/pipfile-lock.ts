import type { PackageScope } from '../../inventory/package.ts';
import { parseHash } from '../hash.ts';
import { asText, isJsonObject, type JsonObject, listField, parseJsonObject, textField } from '../json.ts';
import { fromRepository, type LockedPackage, type LockFile, type Origin } from './locked.ts';
import { isProjectName } from './requirement.ts';

/**
 * Reads `Pipfile.lock`: packages by category, of which `default` is for running and `develop` for developing. It
 * does not say what a package needs.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parsePipfileLock(text: string): LockFile {
  const packages = Object.entries(parseJsonObject(text)).flatMap(([category, entries]) =>
    category === '_meta' || !isJsonObject(entries)
      ? []
      : Object.entries(entries).flatMap(([name, entry]): readonly LockedPackage[] => {
          if (!isJsonObject(entry) || !isProjectName(name)) return [];
          const version = textField(entry, 'version')?.replace(/^=+/, '').trim();
          const origin = originOf(entry);
          if (version === undefined && origin?.vcs === undefined && origin?.downloadUrl === undefined)
            return [];
          return [{ name, version, scope: scopeOf(category), requires: [], origin }];
        }),
  );
  return { packages, hasEdges: false };
}

function scopeOf(category: string): PackageScope {
  if (category === 'default') return 'required';
  return category === 'develop' ? 'development' : 'optional';
}

function originOf(entry: JsonObject): Origin | undefined {
  const repository = textField(entry, 'git');
  if (repository !== undefined) return fromRepository('git', repository, textField(entry, 'ref'));
  const hashes = listField(entry, 'hashes').flatMap((hash) => parseHash(asText(hash) ?? '') ?? []);
  const file = textField(entry, 'file');
  return {
    // Several are of several files, of which nobody knows which was installed.
    hashes: hashes.length === 1 ? hashes : [],
    downloadUrl: file !== undefined && /^https?:/.test(file) ? file : undefined,
  };
}
