import type { FoundPackage } from '../../inventory/package.ts';
import { escapeCpe } from '../cpe.ts';

/** A module's path as a namespace and a name: `github.com/spf13` and `cobra`. */
export function splitModulePath(path: string): Pick<FoundPackage, 'namespace' | 'name'> {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? { name: path } : { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Go's standard library and runtime, whose vulnerabilities are every binary's. */
export function standardLibrary(
  key: string,
  version: string,
  occurrence: FoundPackage['occurrences'][number],
): FoundPackage {
  return {
    key,
    type: 'golang',
    name: 'stdlib',
    version,
    supplier: { name: 'Go', url: 'https://go.dev' },
    licences: [{ text: 'BSD-3-Clause', style: 'spdx' }],
    cpes: [`cpe:2.3:a:golang:go:${escapeCpe(version)}:*:*:*:*:*:*:*`],
    dependsOn: [],
    completeness: 'complete',
    occurrences: [occurrence],
  };
}
