/** What was looked into, as statements may name it. */
export interface VexSubject {
  /**
   * purls that mean it, `pkg:oci/api@sha256%3A…?repository_url=ghcr.io/acme/api`, and other names statements may use
   * word for word: `ghcr.io/acme/api:1.2`, `urn:cdx:…/1`.
   */
  readonly ids: readonly string[];
  /** Digests it is known by, of the platform's manifest and of the index: `sha256:…`. */
  readonly digests: readonly string[];
  /** CPE of its distribution (os-release, `CPE_NAME`), where it has one. */
  readonly cpes?: readonly string[] | undefined;
  /**
   * Who depends on whom, by canonical purl: for statements of a component that are made for one that contains it.
   * Without it such statements hold of nothing.
   */
  readonly dependents?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** An image as its registry knows it. */
export interface ImageNames {
  /** `ghcr.io/acme/api`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** Of the manifest that was looked into, and of the index it was reached by. */
  readonly digests: readonly string[];
  /** `amd64`. */
  readonly architecture?: string | undefined;
  readonly cpes?: readonly string[] | undefined;
  readonly dependents?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** All names of an image: purl-spec's types `oci` and `docker`, and references as people write them. */
export function imageSubject(names: ImageNames): VexSubject {
  const { repository, tag, digests, architecture, cpes, dependents } = names;
  const path = repository.includes('/') ? repository.slice(repository.indexOf('/') + 1) : repository;
  const last = path.slice(path.lastIndexOf('/') + 1);
  const qualifiers = [
    ...(architecture === undefined ? [] : [`arch=${encodeURIComponent(architecture)}`]),
    `repository_url=${encodeURIComponent(repository)}`,
    ...(tag === undefined ? [] : [`tag=${encodeURIComponent(tag)}`]),
  ].join('&');
  const dockerPath = path
    .replace(/^library\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const versions = [...digests, ...(tag === undefined ? [] : [tag])];
  return {
    ids: [
      ...digests.map(
        (digest) => `pkg:oci/${encodeURIComponent(last)}@${encodeURIComponent(digest)}?${qualifiers}`,
      ),
      ...versions.map((version) => `pkg:docker/${dockerPath}@${encodeURIComponent(version)}?${qualifiers}`),
      repository,
      ...(tag === undefined ? [] : [`${repository}:${tag}`]),
      ...digests.map((digest) => `${repository}@${digest}`),
    ],
    digests: digests.map((digest) => digest.toLowerCase()),
    cpes,
    dependents,
  };
}
