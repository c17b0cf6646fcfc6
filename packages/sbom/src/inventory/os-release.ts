/** What os-release says of the distribution (os-release(5)); every field as it stands there, unquoted. */
export interface OsRelease {
  /** `debian`, `alpine`, `rhel`; `linux` where the file does not say. */
  readonly id: string;
  readonly idLike: readonly string[];
  readonly versionId: string | undefined;
  readonly buildId: string | undefined;
  readonly name: string | undefined;
  readonly prettyName: string | undefined;
  readonly codename: string | undefined;
  readonly cpe: string | undefined;
  readonly homeUrl: string | undefined;
}

/** The purl qualifier `distro`: `debian-12`, `arch-20240101.0.1`, `alpine-3.20.3`. */
export function distroQualifier(os: OsRelease): string {
  const version = os.versionId ?? os.buildId;
  return version === undefined ? os.id : `${os.id}-${version}`;
}
