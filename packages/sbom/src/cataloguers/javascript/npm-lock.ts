import type { Cataloguer } from '../cataloguer.ts';
import { lockFileCataloguer } from './lock-file-cataloguer.ts';
import type { LockFacts } from './locked-packages.ts';
import { parsePackageLock } from './package-lock.ts';

/** npm's lock files: package-lock.json and npm-shrinkwrap.json of versions 1, 2 and 3. */
export const npmLock: Cataloguer<LockFacts> = lockFileCataloguer({
  name: 'npm-lock',
  names: ['package-lock.json', 'npm-shrinkwrap.json'],
  asksProjects: true,
  parse: parsePackageLock,
});
