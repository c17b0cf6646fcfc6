import type { KnownDifference } from './comparison.ts';

/** What Syft 1.52 lists of the Debian image and we do not, each with its reason. */
export const DIFFERENCES: readonly KnownDifference[] = [];
