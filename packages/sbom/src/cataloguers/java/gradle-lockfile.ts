import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';

/** A locked artifact, and the configurations that it belongs to. */
interface LockedArtifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly isDevelopment: boolean;
}

export type GradleFacts = readonly LockedArtifact[];

const LARGEST_FILE = 16 * 1024 * 1024;

/** What Gradle locked for a project in a directory, by gradle.lockfile (Gradle, "Locking Versions"). */
export const gradleLockfile: Cataloguer<GradleFacts> = {
  name: 'gradle-lockfile',
  origins: ['directory'],
  selects: { names: ['gradle.lockfile', 'buildscript-gradle.lockfile'], maxBytes: LARGEST_FILE },
  read(file) {
    const isBuildScript = file.path.endsWith('buildscript-gradle.lockfile');
    const lines = [...file.text().matchAll(/^([^#\s:=]+):([^\s:=]+):([^\s:=]+)=(\S*)\s*$/gm)];
    const facts = lines.map(([, group = '', name = '', version = '', configurations = '']) => ({
      ...{ group, name, version },
      isDevelopment: isBuildScript || configurations.split(',').every(isForDevelopment),
    }));
    return detach(facts);
  },
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) =>
      facts.map(
        ({ group, name, version, isDevelopment }): FoundPackage => ({
          key: `${path}#${group}:${name}:${version}`,
          type: 'maven',
          namespace: group,
          name,
          version,
          scope: isDevelopment ? 'development' : undefined,
          occurrences: [{ path, layer }],
        }),
      ),
    ),
};

/** Whatever runs uses a class path at run time or is compiled in; the rest tests, checks and generates. */
function isForDevelopment(configuration: string): boolean {
  if (/^test|Test|[aA]nnotationProcessor/.test(configuration)) return true;
  return !/(?:runtime|compile)Classpath$|(?:Runtime|Compile)Classpath$/.test(configuration);
}
