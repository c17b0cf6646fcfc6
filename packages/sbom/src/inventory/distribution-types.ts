import type { PackageType } from './package.ts';

/** Types of packages that a distribution consists of: its own database knows them best. */
const DISTRIBUTION_TYPES: ReadonlySet<string> = new Set<PackageType>(['apk', 'deb', 'opkg', 'rpm']);

/** Whether a type of packages is a distribution's own; `undefined` is of nobody. */
export function isDistributionType(type: string | undefined): boolean {
  return type !== undefined && DISTRIBUTION_TYPES.has(type);
}
