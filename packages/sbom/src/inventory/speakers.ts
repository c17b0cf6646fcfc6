import type { FoundPackage } from './package.ts';
import { isSameRelease } from './same-release.ts';

/** Says which package says itself what a recognised program at a path is. */
export type FindSpeaker = (found: FoundPackage, path: string) => FoundPackage | undefined;

/**
 * Knows the packages that have a home. A recognised program that lies there, in the release that the package has, is
 * that package: by its name, or because nothing else is at home there.
 */
export function findSpeakers(packages: readonly FoundPackage[]): FindSpeaker {
  const byHome = new Map<string, FoundPackage[]>();
  for (const one of packages) {
    if (one.home === undefined) continue;
    const there = byHome.get(one.home);
    if (there === undefined) byHome.set(one.home, [one]);
    else there.push(one);
  }
  if (byHome.size === 0) return () => undefined;
  return ({ isRecognised, name, version }, path) => {
    if (isRecognised !== true || version === undefined) return undefined;
    for (let home = path; home !== ''; home = home.slice(0, Math.max(home.lastIndexOf('/'), 0))) {
      const there = byHome.get(home) ?? [];
      const same = there.filter((one) => isSameRelease(version, one.version));
      const isAlone = new Set(there.map((one) => one.name)).size === 1;
      const speaker = same.find((one) => one.name === name) ?? (isAlone ? same[0] : undefined);
      if (speaker !== undefined) return speaker;
    }
    return undefined;
  };
}
