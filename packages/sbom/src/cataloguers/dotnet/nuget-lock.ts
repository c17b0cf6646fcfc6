import { SuiteError } from '@artifact-lifecycle/core';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { field, isJsonObject, objectField, parseJsonObject, textField } from '../json.ts';

/** A lock file of 500 packages for five frameworks has 1 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

interface LockedNuget {
  readonly framework: string;
  readonly name: string;
  /** `undefined` for a project of the same solution. */
  readonly version: string | undefined;
  readonly isDirect: boolean;
  readonly contentHash: string | undefined;
  readonly requires: readonly string[];
}

/** What a packages.lock.json says. */
export interface NugetLock {
  readonly packages: readonly LockedNuget[];
}

/** NuGet's lock file, packages.lock.json. */
export const nugetLock: Cataloguer<NugetLock> = {
  name: 'nuget-lock',
  origins: ['image', 'directory'],
  selects: { names: ['packages.lock.json'], maxBytes: MAX_BYTES },
  read: (file) => detach({ packages: parseNugetLock(file.text()) }),
  assemble: (evidence) => evidence.flatMap(describeLock),
};

/**
 * Reads packages.lock.json of versions 1 and 2: packages by framework.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseNugetLock(text: string): readonly LockedNuget[] {
  const frameworks = field(parseJsonObject(text), 'dependencies');
  if (!isJsonObject(frameworks)) throw new SuiteError('CONTENT_INVALID', 'It is no lock file of NuGet.');
  return Object.keys(frameworks).flatMap((framework) =>
    Object.entries(objectField(frameworks, framework)).flatMap(([name, entry]) => {
      if (!isJsonObject(entry) || name === '') return [];
      return [
        {
          framework,
          name,
          version: textField(entry, 'resolved'),
          isDirect: textField(entry, 'type')?.toLowerCase() === 'direct',
          contentHash: textField(entry, 'contentHash'),
          requires: Object.keys(objectField(entry, 'dependencies')),
        },
      ];
    }),
  );
}

function describeLock({ path, layer, facts }: Evidence<NugetLock>): readonly FoundPackage[] {
  const keyOf = (framework: string, name: string): string => `${path}#${framework}#${name.toLowerCase()}`;
  const known = new Set(facts.packages.map(({ framework, name }) => keyOf(framework, name)));
  return facts.packages.flatMap((one) => {
    // A project of the same solution is no package, and has a lock file of its own.
    if (one.version === undefined) return [];
    const targets = one.requires.map((name) => keyOf(one.framework, name)).filter((key) => known.has(key));
    return [
      {
        key: keyOf(one.framework, one.name),
        type: 'nuget',
        name: one.name,
        version: one.version,
        // Of the content without the signature, and so not of the file that is downloaded.
        properties: one.contentHash === undefined ? undefined : { 'nuget.contentHash': one.contentHash },
        dependsOn: [...new Set(targets)].sort(),
        isDirect: one.isDirect,
        completeness: targets.length < one.requires.length ? 'incomplete' : 'complete',
        occurrences: [{ path, layer }],
      },
    ];
  });
}
