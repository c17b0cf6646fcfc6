import { basename } from 'node:path/posix';
import type { Cataloguer, Report } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { parseJsonObject } from '../json.ts';
import { assembleLockFiles, type LockFacts } from './locked-packages.ts';
import type { LockedTree } from './locked-tree.ts';
import { isInNodeModules } from './node-lookup.ts';
import { readProjectRequests } from './project-requests.ts';

/** Lock files of the largest monorepos have some 20 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

const PROJECT = 'package.json';

/** What differs between the lock files of JavaScript's package managers. */
export interface LockFileFormat {
  readonly name: string;
  readonly names: readonly string[];
  /** Whether package.json beside it has to say what the project asks for. */
  readonly asksProjects: boolean;
  /** @throws SuiteError where it is no such file */
  parse(text: string, report: Report): LockedTree;
}

/**
 * Makes a cataloguer of a format of lock files. For directories, and not in `node_modules`: what a package was
 * developed with does not come with it.
 */
export function lockFileCataloguer({
  name,
  names,
  asksProjects,
  parse,
}: LockFileFormat): Cataloguer<LockFacts> {
  return {
    name,
    origins: ['directory'],
    selects: {
      names: asksProjects ? [...names, PROJECT] : names,
      accepts: (path) => !isInNodeModules(path),
      maxBytes: MAX_BYTES,
    },
    read(file, report) {
      if (basename(file.path) !== PROJECT) {
        return detach<LockFacts>({ kind: 'lock', tree: parse(file.text(), report) });
      }
      try {
        return detach<LockFacts>({
          kind: 'project',
          requests: readProjectRequests(parseJsonObject(file.text())),
        });
      } catch {
        // A package.json that is broken is listed where packages are looked for.
        return undefined;
      }
    },
    assemble: assembleLockFiles,
  };
}
