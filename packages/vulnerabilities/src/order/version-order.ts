/** The orders of versions that are known, each by the name of whose it is; ecosystems share them (npm has SemVer's). */
export const VERSION_ORDERS = [
  'apk',
  'cran',
  'dpkg',
  'go',
  'hackage',
  'maven',
  'nuget',
  'packagist',
  'pep440',
  'pub',
  'rpm',
  'rubygems',
  'semver',
] as const;

/** One of {@link VERSION_ORDERS}. */
export type VersionOrder = (typeof VERSION_ORDERS)[number];
