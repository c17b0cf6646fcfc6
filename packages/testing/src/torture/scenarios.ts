import { BASELINE } from './cases/00-baseline.ts';
import { TOKENS } from './cases/01-tokens.ts';
import { REDIRECTS } from './cases/04-redirects.ts';
import { TRANSFERS } from './cases/06-uploads.ts';
import { CONTENT } from './cases/08-content.ts';
import { ANSWERS } from './cases/09-throttling.ts';
import { SHAPES } from './cases/11-mounts-and-indexes.ts';
import { REFERRER_CASES } from './cases/14-referrers.ts';
import { TAGS } from './cases/16-tags.ts';
import { FORMATS } from './cases/20-formats.ts';
import { INTERRUPTIONS } from './cases/25-interruption.ts';
import type { Scenario } from './scenario.ts';

/** All scenarios, in the order of their numbers. */
export const TORTURE_SCENARIOS: readonly Scenario[] = [
  ...BASELINE,
  ...TOKENS,
  ...REDIRECTS,
  ...TRANSFERS,
  ...CONTENT,
  ...ANSWERS,
  ...SHAPES,
  ...REFERRER_CASES,
  ...TAGS,
  ...FORMATS,
  ...INTERRUPTIONS,
];
