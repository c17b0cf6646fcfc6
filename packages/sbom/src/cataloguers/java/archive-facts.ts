import type { DeclaredLicence, Hash, Party } from '../../inventory/package.ts';

/** A Java package within one file, as far as it says itself. */
export interface JavaPackage {
  /** Way to it from the file, `!` between archives: `BOOT-INF/lib/x.jar`; empty for the file itself. */
  readonly inner: string;
  /** Index of the archive that it lies in, among the packages of the file. */
  readonly parent: number | undefined;
  readonly group: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  readonly evidence: 'pom.properties' | 'pom.xml' | 'manifest' | 'file-name' | 'sbom';
  /** Of the archive; none for what was unpacked into another. */
  readonly hashes: readonly Hash[];
  readonly licences: readonly DeclaredLicence[];
  /** What its POM needs at run time, as `group:artifact`. */
  readonly needs: readonly string[];
  readonly supplier: Party | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
}

/** All packages of one file: archives before what lies in them. */
export type JavaArchiveFacts = readonly JavaPackage[];

/** `group:artifact`, by which POMs name what they need. */
export function coordinatesOf({ group, name }: Pick<JavaPackage, 'group' | 'name'>): string {
  return `${group ?? ''}:${name}`;
}
