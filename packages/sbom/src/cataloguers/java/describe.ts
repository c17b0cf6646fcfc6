import type { DeclaredLicence, Party } from '../../inventory/package.ts';
import type { JavaPackage } from './archive-facts.ts';
import type { EmbeddedArtifact, Identity } from './identity.ts';
import type { Manifest } from './manifest.ts';
import type { Pom } from './pom.ts';

/** Scopes of what is there when a program runs (Maven, "Dependency Scope"). */
const RUNTIME_SCOPES = new Set(['compile', 'runtime']);

/** What is said of a package, without the place it lies at. */
type Description = Omit<JavaPackage, 'inner' | 'parent' | 'hashes'>;

/** Describes an archive by its POM, and by its manifest where that is silent. */
export function describeArchive(identity: Identity, manifest: Manifest | undefined): Description {
  const { group, name, version, evidence, artifact } = identity;
  const byPom = describePom(artifact?.pom);
  const vendor = manifest?.get('implementation-vendor') ?? manifest?.get('bundle-vendor');
  return {
    ...byPom,
    ...{ group, name, version, evidence },
    licences: byPom.licences.length > 0 ? byPom.licences : licencesOf(manifest),
    supplier: byPom.supplier ?? (vendor === undefined || vendor === '' ? undefined : { name: vendor }),
    description: byPom.description ?? manifest?.get('bundle-description'),
    homepage: byPom.homepage ?? manifest?.get('bundle-docurl') ?? manifest?.get('implementation-url'),
  };
}

/** Describes an artifact that was unpacked into an archive. */
export function describeArtifact(artifact: EmbeddedArtifact): Description {
  const { group, name, version, evidence, pom } = artifact;
  return { ...describePom(pom), ...{ group, name, version, evidence } };
}

function describePom(
  pom: Pom | undefined,
): Pick<Description, 'licences' | 'needs' | 'supplier' | 'description' | 'homepage' | 'sourceUrl'> {
  const supplier: Party | undefined = pom?.organization;
  const needed = (pom?.dependencies ?? []).filter(
    ({ scope, isOptional }) => RUNTIME_SCOPES.has(scope) && !isOptional,
  );
  return {
    licences: (pom?.licences ?? []).map((text) => ({ text, style: 'free' })),
    needs: needed.map(({ group, artifact }) => `${group}:${artifact}`),
    supplier,
    description: pom?.description,
    homepage: pom?.homepage,
    sourceUrl: pom?.sourceUrl,
  };
}

/** `Bundle-License` is a list of names or URLs, each with parameters behind semicolons (OSGi Core, 3.2.1.9). */
function licencesOf(manifest: Manifest | undefined): readonly DeclaredLicence[] {
  const stated = manifest?.get('bundle-license') ?? '';
  const clauses = stated.match(/(?:"[^"]*"|[^",])+/g) ?? [];
  return clauses.flatMap((clause) => {
    const text = clause.split(';')[0]?.trim().replace(/^"|"$/g, '') ?? '';
    return text === '' || text === '<<EXTERNAL>>' ? [] : [{ text, style: 'free' as const }];
  });
}
