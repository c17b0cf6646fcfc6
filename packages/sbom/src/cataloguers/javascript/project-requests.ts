import { asText, type JsonObject, objectField } from '../json.ts';
import { isPackageName } from './package-name.ts';

type Requests = readonly (readonly [name: string, range: string])[];

/** What a project's package.json asks for, with the ranges it writes. */
export interface ProjectRequests {
  readonly required: Requests;
  readonly optional: Requests;
  readonly development: Requests;
}

/** A project that asks for more is no project. */
const MAX_REQUESTS = 10_000;

/** Reads the requests of a package.json. What stands among optional ones is optional, whatever else it is. */
export function readProjectRequests(object: JsonObject): ProjectRequests {
  const optional = requestsIn(object, 'optionalDependencies');
  const names = new Set(optional.map(([name]) => name));
  return {
    required: requestsIn(object, 'dependencies').filter(([name]) => !names.has(name)),
    optional,
    development: requestsIn(object, 'devDependencies'),
  };
}

function requestsIn(object: JsonObject, key: string): Requests {
  return Object.entries(objectField(object, key))
    .slice(0, MAX_REQUESTS)
    .flatMap(([name, range]) => (isPackageName(name) ? [[name, asText(range) ?? ''] as const] : []));
}
