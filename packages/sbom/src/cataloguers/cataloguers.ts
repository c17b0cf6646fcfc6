import type { Cataloguer } from './cataloguer.ts';
import { osRelease } from './distribution/os-release.ts';
import { npmInstalled } from './javascript/npm-installed.ts';
import { pythonInstalled } from './python/installed.ts';

/** Every cataloguer there is. The order does not matter; a new one is entered here. */
export const CATALOGUERS: readonly Cataloguer<unknown>[] = [npmInstalled, osRelease, pythonInstalled];
