import { asText, field, isJsonObject, objectField } from '../json.ts';
import { parseToml } from '../toml.ts';
import { leadingName, normalizeName } from './requirement.ts';

/** What a project says itself, for lock files that do not: what it asks for, and what groups are for. */
export interface Manifest {
  /** Normalised. */
  readonly direct: readonly string[];
  /** Names of extras, and of groups for development. */
  readonly extras: readonly string[];
  readonly developmentGroups: readonly string[];
}

/**
 * Reads `pyproject.toml`: of the standard (PEP 621, 735), and as Poetry, PDM and uv had it before.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parseProject(text: string): Manifest {
  const document = parseToml(text);
  const project = objectField(document, 'project');
  const tool = objectField(document, 'tool');
  const poetry = objectField(tool, 'poetry');
  const extras = objectField(project, 'optional-dependencies');
  const groups = [
    objectField(document, 'dependency-groups'),
    objectField(objectField(tool, 'pdm'), 'dev-dependencies'),
  ];
  const poetryGroups = Object.values(objectField(poetry, 'group')).filter(isJsonObject);
  const direct = [
    ...namesIn(field(project, 'dependencies')),
    ...[extras, ...groups].flatMap((lists) => Object.values(lists).flatMap(namesIn)),
    ...namesIn(field(objectField(tool, 'uv'), 'dev-dependencies')),
    ...Object.keys(objectField(poetry, 'dependencies')),
    ...Object.keys(objectField(poetry, 'dev-dependencies')),
    ...poetryGroups.flatMap((group) => Object.keys(objectField(group, 'dependencies'))),
  ];
  return {
    direct: normalizeAll(direct),
    extras: Object.keys(extras),
    developmentGroups: groups.flatMap((lists) => Object.keys(lists)),
  };
}

/**
 * Reads `Pipfile`: packages by category.
 *
 * @throws SuiteError `CONTENT_INVALID`
 */
export function parsePipfile(text: string): Manifest {
  const categories = Object.entries(parseToml(text)).filter(
    ([name]) => !['source', 'requires', 'pipenv', 'scripts'].includes(name),
  );
  const direct = categories.flatMap(([, packages]) => (isJsonObject(packages) ? Object.keys(packages) : []));
  return { direct: normalizeAll(direct), extras: [], developmentGroups: [] };
}

/** Names of a list of requirements; what includes other groups names none. */
function namesIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each) => leadingName(asText(each) ?? '') ?? []);
}

function normalizeAll(names: readonly string[]): readonly string[] {
  return [...new Set(names.map(normalizeName))].sort();
}
