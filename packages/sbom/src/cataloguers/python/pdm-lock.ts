import type { PackageScope } from '../../inventory/package.ts';
import { asText, isJsonObject, type JsonObject, listField, objectField, textField } from '../json.ts';
import { parseToml } from '../toml.ts';
import { chooseListed, fromRepository, type LockedPackage, type LockFile, type Origin } from './locked.ts';
import { isProjectName, MAX_REQUIREMENTS, parseRequirement } from './requirement.ts';

/** Groups that are for work on a project, where the project's own file does not say what they are. */
const DEVELOPMENT_GROUP = /^(?:dev|test|lint|doc|typ|format|style|ci)/i;

/**
 * Reads `pdm.lock` of PDM 1 and 2. A package asked for with extras stands there once more, with what the extras
 * need: whoever reads this merges packages of one name and version.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parsePdmLock(text: string): LockFile {
  const document = parseToml(text);
  const filesByName = objectField(objectField(document, 'metadata'), 'files');
  const packages = listField(document, 'package').flatMap((entry): readonly LockedPackage[] => {
    if (!isJsonObject(entry)) return [];
    const [name, version] = [textField(entry, 'name'), textField(entry, 'version')];
    if (name === undefined || version === undefined || !isProjectName(name)) return [];
    const requires = listField(entry, 'dependencies').slice(0, MAX_REQUIREMENTS);
    const groups = listField(entry, 'groups').flatMap((group) => asText(group) ?? []);
    const files = [...listField(entry, 'files'), ...listField(filesByName, `${name} ${version}`)];
    return [
      {
        name,
        version,
        scope: scopeOf(groups),
        groups,
        requires: requires.flatMap((each) => parseRequirement(asText(each) ?? '') ?? []),
        description: textField(entry, 'summary'),
        origin: originOf(entry, files),
      },
    ];
  });
  return { packages, hasEdges: true };
}

function scopeOf(groups: readonly string[]): PackageScope {
  if (groups.length === 0 || groups.includes('default')) return 'required';
  return groups.every((group) => DEVELOPMENT_GROUP.test(group)) ? 'development' : 'optional';
}

function originOf(entry: JsonObject, files: readonly unknown[]): Origin | undefined {
  const repository = textField(entry, 'git');
  if (repository !== undefined) return fromRepository('git', repository, textField(entry, 'revision'));
  return chooseListed(files);
}
