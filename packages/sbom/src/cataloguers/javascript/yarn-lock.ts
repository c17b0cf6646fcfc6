import type { Cataloguer } from '../cataloguer.ts';
import { lockFileCataloguer } from './lock-file-cataloguer.ts';
import type { LockFacts } from './locked-packages.ts';
import { parseYarnBerry } from './yarn-berry.ts';
import { parseYarnClassic } from './yarn-classic.ts';

/** Yarn's lock files, of version 1 and of those since. */
export const yarnLock: Cataloguer<LockFacts> = lockFileCataloguer({
  name: 'yarn-lock',
  names: ['yarn.lock'],
  asksProjects: true,
  parse: (text) => (/^__metadata:/m.test(text) ? parseYarnBerry(text) : parseYarnClassic(text)),
});
