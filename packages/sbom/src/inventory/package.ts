import type { OwnedPaths } from './owned-paths.ts';

/** Types of packages, as purl names them (purl-spec, "PURL-TYPES"). */
export type PackageType =
  | 'apk'
  | 'bitnami'
  | 'cargo'
  | 'composer'
  | 'conda'
  | 'deb'
  | 'dhi'
  | 'gem'
  | 'generic'
  | 'github'
  | 'golang'
  | 'helm'
  | 'maven'
  | 'npm'
  | 'nuget'
  | 'oci'
  | 'opkg'
  | 'pypi'
  | 'rpm';

/** What a package is to whoever runs it (CycloneDX, `component.type`). */
export type PackageKind = 'library' | 'application' | 'framework' | 'operating-system' | 'file' | 'container';

/** Whether what is described needs it at run time; `development` is there for building and testing only. */
export type PackageScope = 'required' | 'optional' | 'development';

export type HashAlgorithm = 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** A hash of the package as it was distributed, or of the file it is. */
export interface Hash {
  readonly algorithm: HashAlgorithm;
  /** Lower-case hexadecimal digits. */
  readonly hex: string;
}

/** A person or an organisation. */
export interface Party {
  readonly name: string;
  readonly email?: string | undefined;
  readonly url?: string | undefined;
}

/** A licence as the package states it, before anybody has read it as SPDX. */
export interface DeclaredLicence {
  /** `MIT`, `GPL-2+`, `Apache License 2.0`, `(MIT OR Apache-2.0)`. */
  readonly text: string;
  /** Who writes it that way: distributions have names of their own for licences. */
  readonly style?: 'spdx' | 'debian' | 'rpm' | 'alpine' | 'pypi' | 'free' | undefined;
}

/** Where a package was found. */
export interface Occurrence {
  /** From the root, without a leading slash; inside archives `app.jar!BOOT-INF/lib/x.jar`. */
  readonly path: string;
  /** Digest of the layer that brought it; `undefined` outside of images. */
  readonly layer?: string | undefined;
}

/** The package that this one was built from: what distributions' advisories speak of. */
export interface SourcePackage {
  readonly name: string;
  readonly version?: string | undefined;
}

/** What is said of a package wherever it stands: in a cataloguer's findings and in the inventory. */
interface PackageFacts {
  readonly type: PackageType;
  /** Scope, group or module path before the name, as the ecosystem writes it: `@babel`, `org.apache.commons`. */
  readonly namespace?: string | undefined;
  readonly name: string;
  /** As the ecosystem writes it, with an epoch where it has one (`1:2.4-1`); `undefined` where nobody knows. */
  readonly version?: string | undefined;
  /** purl qualifiers beside those the inventory adds: `arch`, `upstream`, `epoch`, `distro`. */
  readonly qualifiers?: Readonly<Record<string, string>> | undefined;
  readonly subpath?: string | undefined;
  /** `library` where it does not say. */
  readonly kind?: PackageKind | undefined;
  /** `required` where it does not say. */
  readonly scope?: PackageScope | undefined;
  readonly supplier?: Party | undefined;
  readonly authors?: readonly Party[] | undefined;
  readonly description?: string | undefined;
  readonly homepage?: string | undefined;
  /** Where this very package can be downloaded. */
  readonly downloadUrl?: string | undefined;
  /** The repository of its source, as a URL. */
  readonly sourceUrl?: string | undefined;
  readonly hashes?: readonly Hash[] | undefined;
  readonly source?: SourcePackage | undefined;
  /** CPE 2.3 names, where the cataloguer knows better than a guess. */
  readonly cpes?: readonly string[] | undefined;
  /** Further facts by name (`go.h1`, `deb.status`); they become properties of the documents. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** A package as one cataloguer found it. */
export interface FoundPackage extends PackageFacts {
  /** Names it among the packages of its cataloguer in this image: what `dependsOn` of its neighbours says. */
  readonly key: string;
  readonly licences?: readonly DeclaredLicence[] | undefined;
  /** Keys of packages of the same cataloguer; those that are not there are ignored. */
  readonly dependsOn?: readonly string[] | undefined;
  /** Asked for by somebody, not only needed by another package: apk's world, pip's REQUESTED, a root's dependency. */
  readonly isDirect?: boolean | undefined;
  /** Whether all it depends on is in `dependsOn` (`complete`), or nobody can know (`unknown`, the default). */
  readonly completeness?: 'complete' | 'incomplete' | 'unknown' | undefined;
  readonly occurrences: readonly Occurrence[];
  /** Files that a distribution's package owns: what lies in them is not listed a second time. */
  readonly owned?: OwnedPaths | undefined;
  /** Whether others may lie in its files and still be listed: a vendor's package that bundles its own world. */
  readonly isThirdParty?: boolean | undefined;
  /** Whether nothing said what it is, and its name and bytes were recognised. */
  readonly isRecognised?: boolean | undefined;
  /** File or folder whose programs are this package: what is recognised there of its release is not listed beside it. */
  readonly home?: string | undefined;
}

/** A package of an inventory: once, however often it was found. */
export interface Package extends PackageFacts {
  /** Unique in its inventory and the same in every run: the purl, with a suffix where two share one. */
  readonly id: string;
  readonly kind: PackageKind;
  readonly scope: PackageScope;
  /** `undefined` where a purl cannot be written (no version is no reason). */
  readonly purl: string | undefined;
  /** SPDX expression of what the package declares; `LicenseRef-…` where SPDX has no name for it. */
  readonly licence: string | undefined;
  /** What was declared, word for word, in its order. */
  readonly declaredLicences: readonly string[];
  /** Names of cataloguers, sorted. */
  readonly foundBy: readonly string[];
  readonly occurrences: readonly Occurrence[];
  /** Ids of packages, sorted. */
  readonly dependsOn: readonly string[];
  readonly isDirect: boolean;
  readonly completeness: 'complete' | 'incomplete' | 'unknown';
  /** purls of packages that lie in its files and are therefore not listed themselves, sorted. */
  readonly contains: readonly string[];
}
