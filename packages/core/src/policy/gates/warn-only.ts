import * as z from 'zod/mini';
import { optional } from '../settings.ts';

/** The setting that every gate takes. */
export function warnOnly() {
  return {
    'warn-only': optional('Report without stopping.', z.boolean(), { default: false }),
  };
}
