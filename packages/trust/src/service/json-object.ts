import { field, isJsonObject } from '@artifact-lifecycle/registry';

/** Walks into nested objects; `undefined` where one of the names is not there. */
export function memberOf(value: unknown, ...names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (!isJsonObject(current)) return undefined;
    current = field(current, name);
  }
  return current;
}

/** A member that is a text with something in it. */
export function textOf(value: unknown, ...names: readonly string[]): string | undefined {
  const found = memberOf(value, ...names);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
