import type { PackageScope } from '../../inventory/package.ts';
import { field, isJsonObject, type JsonObject, listField, objectField, textField } from '../json.ts';
import { parseToml } from '../toml.ts';
import {
  chooseFile,
  fromRepository,
  type LockedFile,
  type LockedPackage,
  type LockFile,
  type Origin,
} from './locked.ts';
import { isProjectName, MAX_REQUIREMENTS, normalizeName } from './requirement.ts';

/**
 * Reads `pylock.toml` (PEP 751), which pip, uv and PDM write.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parsePylock(text: string): LockFile {
  const entries = listField(parseToml(text), 'packages').filter(isJsonObject);
  const packages = entries.flatMap((entry): readonly LockedPackage[] => {
    const name = textField(entry, 'name');
    if (name === undefined || !isProjectName(name)) return [];
    const requires = listField(entry, 'dependencies').slice(0, MAX_REQUIREMENTS).filter(isJsonObject);
    return [
      {
        name,
        version: textField(entry, 'version'),
        scope: scopeOf(textField(entry, 'marker') ?? ''),
        requires: requires.flatMap((each) => {
          const required = textField(each, 'name');
          return required === undefined
            ? []
            : [{ name: normalizeName(required), version: textField(each, 'version') }];
        }),
        origin: originOf(entry),
      },
    ];
  });
  // `dependencies` is optional in the format, and pip leaves it out.
  return { packages, hasEdges: entries.every((entry) => field(entry, 'dependencies') !== undefined) };
}

/** `'dev' in dependency_groups`, `'socks' in extras`: the two names are reserved for such markers. */
function scopeOf(marker: string): PackageScope {
  if (/\bdependency_groups\b/.test(marker)) return 'development';
  return /\bextras\b/.test(marker) ? 'optional' : 'required';
}

function originOf(entry: JsonObject): Origin | undefined {
  const vcs = objectField(entry, 'vcs');
  const [kind, url] = [textField(vcs, 'type'), textField(vcs, 'url')];
  if (kind !== undefined && url !== undefined) return fromRepository(kind, url, textField(vcs, 'commit-id'));
  const files = [
    ...listField(entry, 'wheels'),
    ...[field(entry, 'sdist'), field(entry, 'archive')].filter((each) => each !== undefined),
  ];
  return chooseFile(files.filter(isJsonObject).map(asFile));
}

function asFile(file: JsonObject): LockedFile {
  const sha256 = textField(objectField(file, 'hashes'), 'sha256');
  return {
    name: textField(file, 'url') ?? textField(file, 'name') ?? '',
    hash: sha256 === undefined ? undefined : `sha256:${sha256}`,
  };
}
