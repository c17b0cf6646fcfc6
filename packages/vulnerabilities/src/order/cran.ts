import { withoutZeros } from '@artifact-lifecycle/versions';
import { compareNumbers } from './hackage.ts';
import { defineOrder } from './order.ts';

/** The order of R's packages: numbers between dots and hyphens, which mean the same (R, `package_version`). */
export const cran = defineOrder(
  (text) => (/^\d+(?:[.-]\d+)*$/.test(text) ? text.split(/[.-]/).map(withoutZeros) : undefined),
  compareNumbers,
);
