import type { KnownDifference } from './comparison.ts';

/** What Syft 1.52 lists of the Debian image and we do not, each with its reason. */
export const DIFFERENCES: readonly KnownDifference[] = [
  {
    type: 'npm',
    location: /\/node_modules\/(?!.*\/node_modules\/)(?:@[^/]+\/[^/]+|[^@/][^/]*)\/.+\/package\.json$/,
    reason:
      'A package.json deep in another package (its tests, its bundles, its sub-paths) is no package that npm installed.',
  },
  {
    type: 'pypi',
    location: /^usr\/lib\/python3\/dist-packages\//,
    reason: 'Its files are of a Debian package, which is listed, and says that it contains it.',
  },
  {
    type: 'cargo',
    name: /^ripgrep$/,
    reason:
      'The program itself was built from a folder and is listed as generic: nothing says that it is the crate of that name.',
  },
  {
    type: 'maven',
    name: /^(?<name>[^/]+)\/\k<name>$/,
    reason:
      'Syft writes the name in the place of a group that nobody knows; we leave the group out, or know it.',
  },
  {
    type: 'maven',
    name: /^(?:io\.projectreactor\.reactor-core\/reactor-core|org\.aspectj\.weaver\/aspectjweaver|io\.grpc\.netty\.shaded\/grpc-netty-shaded)$/,
    reason:
      'Syft takes the name of a bundle or module for the group; we have the group it is published under.',
  },
];
