import { isJsonObject } from '@artifact-lifecycle/registry';
import { type Difference, show } from './difference.ts';

/**
 * Finds the first place in which two parsed documents differ: keys in the order of the alphabet, lists from their
 * start. Both are bounded in depth by whoever parsed them.
 *
 * @param passOver says of a path (`rootfs.diff_ids`) whether it is compared elsewhere.
 */
export function compareJson(
  left: unknown,
  right: unknown,
  passOver: (path: string) => boolean = () => false,
  path = '',
): Difference | undefined {
  if (passOver(path)) return undefined;
  if (isJsonObject(left) && isJsonObject(right)) {
    for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      const [a, b] = [own(left, key), own(right, key)];
      const found = compareJson(a, b, passOver, path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const found = compareJson(left[index], right[index], passOver, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (left === right) return undefined;
  const name = path === '' ? 'The document' : `"${path.slice(0, 200)}"`;
  return { place: [], fact: `${name} is ${show(left)} in the first, ${show(right)} in the second.` };
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
