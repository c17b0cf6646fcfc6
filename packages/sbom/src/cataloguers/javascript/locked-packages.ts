import type { FoundPackage } from '../../inventory/package.ts';
import type { Evidence } from '../cataloguer.ts';
import { downloadUrl, isGit, parseRepository } from './locations.ts';
import { findScopes, joinRoots, type LockedPackage, type LockedTree, type Roots } from './locked-tree.ts';
import { parentOf } from './node-lookup.ts';
import { splitScope } from './package-name.ts';
import type { ProjectRequests } from './project-requests.ts';

/** A lock file, or the package.json of a project whose lock file does not say what it asks for. */
export type LockFacts =
  | { readonly kind: 'lock'; readonly tree: LockedTree }
  | { readonly kind: 'project'; readonly requests: ProjectRequests };

/** Makes packages of all lock files of one format. */
export function assembleLockFiles(evidence: readonly Evidence<LockFacts>[]): readonly FoundPackage[] {
  const projects = groupProjects(evidence);
  return evidence.flatMap((one) =>
    one.facts.kind === 'lock'
      ? describeTree(one, one.facts.tree, projects.get(parentOf(one.path)) ?? [])
      : [],
  );
}

/** Projects by the folder of the lock file that is nearest above them. */
function groupProjects(
  evidence: readonly Evidence<LockFacts>[],
): ReadonlyMap<string, readonly ProjectRequests[]> {
  const groups = new Map<string, ProjectRequests[]>();
  for (const { path, facts } of evidence) if (facts.kind === 'lock') groups.set(parentOf(path), []);
  for (const { path, facts } of evidence) {
    if (facts.kind !== 'project') continue;
    let folder = parentOf(path);
    while (folder !== '' && !groups.has(folder)) folder = parentOf(folder);
    groups.get(folder)?.push(facts.requests);
  }
  return groups;
}

function describeTree(
  { path, layer }: Evidence<LockFacts>,
  tree: LockedTree,
  projects: readonly ProjectRequests[],
): readonly FoundPackage[] {
  const requests = new Map(tree.requests);
  // Where projects are asked, they know what is for development; what the file says of them does not.
  const asked = tree.requests === undefined ? [] : projects.map((project) => answer(project, requests));
  const roots = asked.length > 0 ? joinRoots(asked) : tree.roots;
  const direct = new Set([...roots.required, ...roots.optional, ...roots.development]);
  const scopes = tree.hasScopes ? undefined : findScopes(tree.packages, roots);
  const keyOf = (id: string): string => `${path}#${id}`;
  return tree.packages.map((one) => ({
    key: keyOf(one.id),
    type: 'npm',
    ...splitScope(one.name),
    version: one.version,
    kind: one.isWorkspace === true ? 'application' : undefined,
    scope: scopes === undefined ? one.scope : notRequired(scopes.get(one.id)),
    licences: one.licences,
    hashes: one.hashes,
    ...describeOrigin(one),
    dependsOn: [...new Set([...one.requires, ...(one.mayUse ?? [])])].map(keyOf).sort(),
    isDirect: direct.has(one.id) || one.isWorkspace === true,
    completeness: one.isIncomplete === true ? 'incomplete' : 'complete',
    occurrences: [{ path, layer }],
  }));
}

function notRequired(scope: FoundPackage['scope']): FoundPackage['scope'] {
  return scope === 'required' ? undefined : scope;
}

function answer(project: ProjectRequests, requests: ReadonlyMap<string, string>): Roots {
  const find = (asked: readonly (readonly [name: string, range: string])[]): readonly string[] =>
    asked.flatMap(([name, range]) => {
      const id =
        requests.get(`${name}@${range}`) ?? requests.get(`${name}@npm:${range}`) ?? requests.get(name);
      return id === undefined ? [] : [id];
    });
  return {
    required: find(project.required),
    optional: find(project.optional),
    development: find(project.development),
  };
}

function describeOrigin({ resolved }: LockedPackage): Partial<FoundPackage> {
  if (resolved === undefined) return {};
  if (!isGit(resolved)) return { downloadUrl: downloadUrl(resolved) };
  const [repository = '', commit] = resolved.split('#');
  const sourceUrl = parseRepository(repository);
  if (sourceUrl === undefined) return {};
  const revision = commit?.replace(/^commit=/, '');
  return { sourceUrl, properties: revision === undefined ? undefined : { 'npm.commit': revision } };
}
