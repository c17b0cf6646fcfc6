import { SuiteError } from '@artifact-lifecycle/core';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';

/** A list of 1000 packages has 100 kB. */
const MAX_BYTES = 8 * 1024 * 1024;

/** An element without content. Neither name nor version has a bracket in it. */
const PACKAGE = /<package\s([^<>]*)>/g;

const ATTRIBUTE = /\b(\w{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

interface ConfiguredPackage {
  readonly name: string;
  readonly version: string;
  readonly isForDevelopment: boolean;
}

/** NuGet's older list of packages, packages.config. It says nothing of what needs what. */
export const packagesConfig: Cataloguer<readonly ConfiguredPackage[]> = {
  name: 'packages-config',
  origins: ['image', 'directory'],
  selects: { names: ['packages.config'], maxBytes: MAX_BYTES },
  read: (file) => detach(parsePackagesConfig(file.text())),
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) =>
      facts.map(({ name, version, isForDevelopment }, index) => ({
        key: `${path}#${index}`,
        type: 'nuget',
        name,
        version,
        scope: isForDevelopment ? 'development' : undefined,
        occurrences: [{ path, layer }],
      })),
    ),
};

/**
 * Reads packages.config (NuGet, "packages.config reference").
 *
 * @throws SuiteError `CONTENT_INVALID` where there is no `<packages>`
 */
export function parsePackagesConfig(text: string): readonly ConfiguredPackage[] {
  if (!text.includes('<packages')) throw new SuiteError('CONTENT_INVALID', 'It has no <packages>.');
  return [...withoutComments(text).matchAll(PACKAGE)].flatMap(([, inside = '']) => {
    const attributes = new Map(
      [...inside.matchAll(ATTRIBUTE)].map(([, key = '', double, single]) => [key, double ?? single ?? '']),
    );
    const [name, version] = [attributes.get('id'), attributes.get('version')];
    if (name === undefined || version === undefined || name === '' || version === '') return [];
    return [{ name, version, isForDevelopment: attributes.get('developmentDependency') === 'true' }];
  });
}

function withoutComments(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let start = text.indexOf('<!--'); start >= 0; start = text.indexOf('<!--', from)) {
    parts.push(text.slice(from, start));
    const end = text.indexOf('-->', start);
    if (end < 0) return parts.join('');
    from = end + '-->'.length;
  }
  return parts.join('') + text.slice(from);
}
