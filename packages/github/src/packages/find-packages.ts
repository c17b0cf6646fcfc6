import { compilePattern, isSuiteError } from '@artifact-lifecycle/core';
import type { ServiceOptions } from '@artifact-lifecycle/retention';
import { isObject } from '../payload.ts';
import type { PackageTarget } from './package-target.ts';
import { unexpected } from './package-version.ts';
import type { PackagesClient } from './packages-client.ts';
import { readAllPages } from './pages.ts';

/**
 * The packages that a target with `*` means, sorted by name; a target without is itself.
 *
 * @throws SuiteError `PERMISSION_MISSING`: a workflow's own token may not list packages, a classic one with
 *   `read:packages` may
 */
export async function findPackages(
  client: PackagesClient,
  target: PackageTarget,
  { signal }: ServiceOptions = {},
): Promise<readonly PackageTarget[]> {
  const { owner, type, name: pattern, text } = target;
  if (!pattern.includes('*')) return [target];
  const list = (kind: string): Promise<readonly unknown[]> => {
    const path = `/${kind}/${encodeURIComponent(owner)}/packages`;
    const doing = `list the ${type} packages of ${owner}, which ${text} asks for`;
    return readAllPages({ client, path, query: { package_type: type }, doing, signal });
  };
  const found = await list('orgs').catch((error: unknown) => {
    if (isSuiteError(error, 'NOT_FOUND')) return list('users');
    throw error;
  });
  const matches = compilePattern(pattern);
  const names = new Set(found.map(readName).filter((name) => matches(name) && !name.startsWith('deleted_')));
  const start = text.slice(0, text.length - pattern.length);
  return [...names].sort().map((name) => ({ text: `${start}${name}`, type, owner, name }));
}

function readName(data: unknown): string {
  const name = isObject(data) ? data['name'] : undefined;
  if (typeof name !== 'string') throw unexpected('package');
  return name;
}
