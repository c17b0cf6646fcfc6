import { basename, dirname } from 'node:path/posix';
import { SuiteError } from '@artifact-lifecycle/core';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence, FoundFile } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { field, isJsonObject, listField, parseJson, parseJsonObject } from '../json.ts';
import {
  type ComposerPackage,
  describeComposerPackages,
  packageNames,
  readComposerPackage,
} from './composer-package.ts';

/** A lock file of 1000 packages has some 2 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A list of packages, or the composer.json of the project that asks for them. */
export type ComposerFacts =
  | { readonly kind: 'packages'; readonly packages: readonly ComposerPackage[] }
  | { readonly kind: 'project'; readonly asked: readonly string[] };

/** What Composer installed: `vendor/composer/installed.json`, as versions 1 and 2 write it. */
export const composerInstalled: Cataloguer<ComposerFacts> = {
  name: 'php-installed',
  origins: ['image', 'directory'],
  selects: {
    names: ['installed.json', 'composer.json'],
    accepts: (path) => basename(path) === 'composer.json' || basename(dirname(path)) === 'composer',
    maxBytes: MAX_BYTES,
  },
  read: (file) => readFacts(file, readInstalled),
  // vendor/composer/installed.json is of the project two folders up.
  assemble: (evidence) => assemblePackages(evidence, (path) => dirname(dirname(dirname(path)))),
};

/** What Composer would install: composer.lock. */
export const composerLock: Cataloguer<ComposerFacts> = {
  name: 'composer-lock',
  origins: ['directory'],
  selects: {
    names: ['composer.lock', 'composer.json'],
    accepts: (path) => !/(?:^|\/)vendor\//.test(path),
    maxBytes: MAX_BYTES,
  },
  read: (file) => readFacts(file, readLock),
  assemble: (evidence) => assemblePackages(evidence, dirname),
};

function readFacts(
  file: FoundFile,
  read: (text: string) => readonly ComposerPackage[],
): ComposerFacts | undefined {
  if (basename(file.path) !== 'composer.json') {
    return detach<ComposerFacts>({ kind: 'packages', packages: read(file.text()) });
  }
  try {
    const project = parseJsonObject(file.text());
    return {
      kind: 'project',
      asked: [...packageNames(project, 'require'), ...packageNames(project, 'require-dev')],
    };
  } catch {
    // It is no evidence itself; without it nobody knows what was asked for.
    return undefined;
  }
}

/** Version 1 has a list only; version 2 says beside it which are there for development. */
function readInstalled(text: string): readonly ComposerPackage[] {
  const installed = parseJson(text);
  if (Array.isArray(installed)) return installed.flatMap((one) => readComposerPackage(one, false) ?? []);
  if (!isJsonObject(installed) || !Array.isArray(field(installed, 'packages'))) {
    throw new SuiteError('CONTENT_INVALID', 'It is no list of packages.');
  }
  const development = new Set(listField(installed, 'dev-package-names'));
  return listField(installed, 'packages').flatMap((one) => {
    const name = isJsonObject(one) ? field(one, 'name') : undefined;
    return readComposerPackage(one, development.has(name)) ?? [];
  });
}

function readLock(text: string): readonly ComposerPackage[] {
  const lock = parseJsonObject(text);
  if (!Array.isArray(field(lock, 'packages'))) {
    throw new SuiteError('CONTENT_INVALID', 'It is no lock file of Composer.');
  }
  return [
    ...listField(lock, 'packages').flatMap((one) => readComposerPackage(one, false) ?? []),
    ...listField(lock, 'packages-dev').flatMap((one) => readComposerPackage(one, true) ?? []),
  ];
}

function assemblePackages(
  evidence: readonly Evidence<ComposerFacts>[],
  projectOf: (path: string) => string,
): readonly FoundPackage[] {
  const asked = new Map<string, ReadonlySet<string>>();
  for (const { path, facts } of evidence) {
    if (facts.kind === 'project') asked.set(dirname(path), new Set(facts.asked));
  }
  return evidence.flatMap((one) =>
    one.facts.kind === 'packages'
      ? describeComposerPackages(one.facts.packages, one, asked.get(projectOf(one.path)) ?? new Set())
      : [],
  );
}
