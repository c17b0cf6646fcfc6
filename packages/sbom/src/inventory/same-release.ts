const RELEASE = /^v?(\d+(?:[._]\d+)*)/;

/**
 * Whether two versions are of one release of a program, whoever packaged it: `1.26.12` and `1.26.12-1+deb12u1`,
 * `v7.2.4` and `7.2.4-0`, `3.0.20` and `1:3.0.20~rc1-2`. Distributions add to a version and never shorten it.
 */
export function isSameRelease(version: string, packaged: string | undefined): boolean {
  const own = RELEASE.exec(version)?.[1];
  const other = RELEASE.exec(packaged?.replace(/^\d+:/, '') ?? '')?.[1];
  if (own === undefined || other === undefined) return version === packaged;
  return own === other || other.startsWith(`${own}.`);
}
