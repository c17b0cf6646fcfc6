import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { type Pom, type PomDependency, parsePom } from './pom.ts';

const LARGEST_FILE = 16 * 1024 * 1024;

/** Maven projects in a directory: what their POMs ask for by name. What that needs in turn only Maven knows. */
export const mavenProject: Cataloguer<Pom> = {
  name: 'maven-project',
  origins: ['directory'],
  selects: {
    names: ['pom.xml'],
    maxBytes: LARGEST_FILE,
    accepts: (path) => !/(?:^|\/)META-INF\/maven\//.test(path),
  },
  read(file) {
    const pom = parsePom(file.text());
    return pom && detach(pom);
  },
  assemble(evidence) {
    // Modules of one build depend on each other by the coordinates of their own POMs.
    const modules = new Map(evidence.map(({ path, facts }) => [`${facts.group}:${facts.artifact}`, path]));
    return evidence.flatMap((one) => packagesOf(one, modules));
  },
};

function packagesOf(
  { path, layer, facts: pom }: Evidence<Pom>,
  modules: ReadonlyMap<string, string>,
): readonly FoundPackage[] {
  const occurrences = [{ path, layer }];
  const keyOf = (group: string, artifact: string): string => `${path}#${group}:${artifact}`;
  const foreign = new Map<string, PomDependency>();
  const siblings: string[] = [];
  for (const dependency of pom.dependencies) {
    const coordinates = `${dependency.group}:${dependency.artifact}`;
    const sibling = modules.get(coordinates);
    if (sibling === undefined) foreign.set(coordinates, dependency);
    else siblings.push(`${sibling}#`);
  }
  const found = [...foreign.values()].map(
    ({ group, artifact, version, scope, isOptional }): FoundPackage => ({
      key: keyOf(group, artifact),
      type: 'maven',
      namespace: group,
      name: artifact,
      // A range names no version: `[1.0,2.0)`.
      version: version !== undefined && /^[[(]/.test(version) ? undefined : version,
      scope: scope === 'test' ? 'development' : isOptional ? 'optional' : undefined,
      isDirect: true,
      occurrences,
    }),
  );
  const root: FoundPackage = {
    key: `${path}#`,
    type: 'maven',
    namespace: pom.group,
    name: pom.artifact,
    version: pom.version,
    kind: 'application',
    description: pom.description,
    homepage: pom.homepage,
    sourceUrl: pom.sourceUrl,
    supplier: pom.organization,
    licences: pom.licences.map((text) => ({ text, style: 'free' as const })),
    dependsOn: [...found.map(({ key }) => key), ...siblings],
    completeness: 'incomplete',
    occurrences,
  };
  return [root, ...found];
}
