import { isJsonObject, isTrue, type JsonObject, objectField } from '../json.ts';
import { isPackageName } from './package-name.ts';

/** A package that names more is not for use: `everything` and its like. */
const MAX_DEPENDENCIES = 10_000;

/** What a package asks for, by names. */
export interface DependencyNames {
  readonly required: readonly string[];
  /** May be missing: of `optionalDependencies`, and peers that are marked as optional. */
  readonly optional: readonly string[];
}

export const NO_DEPENDENCIES: DependencyNames = { required: [], optional: [] };

/**
 * Reads `dependencies`, `optionalDependencies` and `peerDependencies` of package.json, which lock files copy. A name
 * that stands among both required and optional ones is optional (npm, "optionalDependencies").
 */
export function readDependencyNames(object: JsonObject): DependencyNames {
  const metas = objectField(object, 'peerDependenciesMeta');
  const isOptionalPeer = (name: string): boolean => isTrue(objectField(metas, name), 'optional');
  const peers = namesIn(object, 'peerDependencies');
  const optional = new Set([...namesIn(object, 'optionalDependencies'), ...peers.filter(isOptionalPeer)]);
  const required = new Set([...namesIn(object, 'dependencies'), ...peers]);
  if (required.size === 0 && optional.size === 0) return NO_DEPENDENCIES;
  return { required: [...required].filter((name) => !optional.has(name)), optional: [...optional] };
}

/** Names of packages that are the keys of a field. */
export function namesIn(object: JsonObject, key: string): readonly string[] {
  const value = objectField(object, key);
  return isJsonObject(value) ? Object.keys(value).filter(isPackageName).slice(0, MAX_DEPENDENCIES) : [];
}
