import type { FoundPackage } from '../../src/inventory/package.ts';

/** `@babel/core@7.0.0`. */
export function nameOf({ namespace, name, version }: FoundPackage): string {
  return `${namespace === undefined ? '' : `${namespace}/`}${name}${version === undefined ? '' : `@${version}`}`;
}

/** `name@version` of each package, namespace first, sorted. */
export function namesOf(packages: readonly FoundPackage[]): readonly string[] {
  return packages.map(nameOf).sort();
}

/** `from → to` for each dependency, by names, sorted. */
export function edgesOf(packages: readonly FoundPackage[]): readonly string[] {
  const byKey = new Map(packages.map((found) => [found.key, nameOf(found)]));
  return packages
    .flatMap((found) =>
      (found.dependsOn ?? []).flatMap((key) => {
        const target = byKey.get(key);
        return target === undefined ? [] : [`${nameOf(found)} → ${target}`];
      }),
    )
    .sort();
}

/** The package of a `name@version`. Throws where it is not there, or there more than once. */
export function packageOf(packages: readonly FoundPackage[], name: string): FoundPackage {
  const [found, ...others] = packages.filter((candidate) => nameOf(candidate) === name);
  if (found === undefined || others.length > 0) {
    throw new Error(`${name} is there ${found === undefined ? 0 : others.length + 1} times, not once.`);
  }
  return found;
}
