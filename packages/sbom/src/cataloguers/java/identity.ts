import { type ArchiveName, looksLikeGroup } from './file-name.ts';
import { knownGroup } from './known-groups.ts';
import type { Manifest } from './manifest.ts';
import type { Pom } from './pom.ts';

/** What an artifact is known by in Maven's world; a file may not say all of it. */
export interface Coordinates {
  readonly group: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
}

/** An artifact that left its `META-INF/maven/<group>/<artifact>` in an archive. */
export interface EmbeddedArtifact extends Coordinates {
  /** Of its pom.properties, or pom.xml where there is none. */
  readonly path: string;
  readonly evidence: 'pom.properties' | 'pom.xml';
  readonly pom: Pom | undefined;
}

/** Who an archive is, and by what it is known. */
export interface Identity extends Coordinates {
  readonly evidence: 'pom.properties' | 'pom.xml' | 'manifest' | 'file-name';
  /** The embedded artifact that is the archive itself. */
  readonly artifact: EmbeddedArtifact | undefined;
}

/** Names that a build gives to whatever it makes: they say nothing. */
const NAMELESS = new Set([
  'api',
  'app',
  'application',
  'backend',
  'main',
  'root',
  'server',
  'service',
  'web',
]);

const VERSION_ATTRIBUTES = [
  'implementation-version',
  'specification-version',
  'plugin-version',
  'bundle-version',
];
const GROUP_ATTRIBUTES = [
  ...[
    'group-id',
    'implementation-vendor-id',
    'bundle-symbolicname',
    'extension-name',
    'specification-vendor',
  ],
  ...['implementation-vendor', 'implementation-title', 'automatic-module-name', 'bundle-activator'],
];

/**
 * Decides who an archive is: one of the artifacts in it if it is called so; otherwise by file name and manifest.
 * `undefined` where neither says anything.
 *
 * @param holdsLibraries whether other archives lie in it, so that what lies in it unpacked is its own
 */
export function identify(
  file: ArchiveName,
  manifest: Manifest | undefined,
  artifacts: readonly EmbeddedArtifact[],
  holdsLibraries: boolean,
): Identity | undefined {
  const artifact =
    artifactByFileName(file, artifacts) ??
    artifactByManifest(manifest, artifacts) ??
    (holdsLibraries && artifacts.length === 1 ? artifacts[0] : undefined);
  if (artifact !== undefined) {
    const { group, name, version, evidence } = artifact;
    return { group, name, version: version ?? file.version ?? versionOf(manifest), evidence, artifact };
  }
  if (manifest === undefined) {
    if (file.version === undefined) return undefined;
    const { group = knownGroup(file.name), name, version } = file;
    return { group, name, version, evidence: 'file-name', artifact };
  }
  const name = nameOf(file, manifest);
  const group = manifest.get('group-id') ?? file.group ?? knownGroup(name) ?? groupOf(manifest, name);
  const version = file.version ?? versionOf(manifest);
  return { group, name, version, evidence: 'manifest', artifact };
}

/** `a-1.0.jar`, `a-1.0-classifier.jar`, `a.jar`, and `group.a-1.0.jar`; then `a-<any version>.jar`. */
function artifactByFileName(
  { base }: ArchiveName,
  artifacts: readonly EmbeddedArtifact[],
): EmbeddedArtifact | undefined {
  const called = (
    test: (name: string, version: string | undefined) => boolean,
  ): EmbeddedArtifact | undefined => {
    const matching = artifacts.filter(
      ({ group, name, version }) => test(name, version) || test(`${group}.${name}`, version),
    );
    return matching.reduce<EmbeddedArtifact | undefined>(
      (best, one) => (best === undefined || one.name.length > best.name.length ? one : best),
      undefined,
    );
  };
  return (
    called(
      (name, version) =>
        base === name || base === `${name}-${version}` || base.startsWith(`${name}-${version}-`),
    ) ?? called((name) => base.startsWith(`${name}-`) && /^v?\d/.test(base.slice(name.length + 1)))
  );
}

/** The artifact that the manifest tells of, by its title or symbolic name, and its version. */
function artifactByManifest(
  manifest: Manifest | undefined,
  artifacts: readonly EmbeddedArtifact[],
): EmbeddedArtifact | undefined {
  if (manifest === undefined) return undefined;
  const title = manifest.get('implementation-title');
  const symbolicName = symbolicNameOf(manifest);
  return artifacts.find(({ group, name, version }) => {
    const isNamed = title === name || symbolicName === name || symbolicName === `${group}.${name}`;
    return isNamed && (version === undefined || versionOf(manifest)?.startsWith(version) === true);
  });
}

function nameOf(file: ArchiveName, manifest: Manifest): string {
  // Plugins of Jenkins are renamed at will, and say who they are.
  const plugin = manifest.get('plugin-version') === undefined ? undefined : manifest.get('short-name');
  if (plugin !== undefined) return plugin;
  const title = manifest.get('implementation-title');
  const isTitleName = title !== undefined && /^[A-Za-z][\w.-]*$/.test(title);
  return isTitleName && NAMELESS.has(file.base.toLowerCase()) ? title : file.name;
}

function versionOf(manifest: Manifest | undefined): string | undefined {
  const versions = VERSION_ATTRIBUTES.map((attribute) => manifest?.get(attribute));
  // A build that did not fill in its template writes `${version}`.
  return versions.find((version) => version !== undefined && version !== '' && !version.includes('${'));
}

/** The group by the manifest's names: `com.acme` of `com.acme.tool` where the artifact is `tool`. */
function groupOf(manifest: Manifest, name: string): string | undefined {
  for (const attribute of GROUP_ATTRIBUTES) {
    const value = attribute === 'bundle-symbolicname' ? symbolicNameOf(manifest) : manifest.get(attribute);
    if (value === undefined || !looksLikeGroup(value)) continue;
    const rest = value.endsWith(`.${name}`) ? value.slice(0, -name.length - 1) : value;
    return rest.includes('.') ? rest : value;
  }
  return undefined;
}

function symbolicNameOf(manifest: Manifest): string | undefined {
  return manifest.get('bundle-symbolicname')?.split(';')[0]?.trim();
}
