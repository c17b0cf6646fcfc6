/** Names of hash functions as IANA (`sha-256`), CycloneDX (`SHA-256`) and CSAF (`sha256`) write them. */
const FAMILY = /^sha-?(1|256|384|512)$/;

/** `sha256:…` of an algorithm and hexadecimal digits, however the algorithm is written. */
export function digestOfHash(algorithm: string, value: string): string {
  const name = algorithm.toLowerCase();
  const bits = FAMILY.exec(name)?.[1];
  return `${bits === undefined ? name : `sha${bits}`}:${value.toLowerCase().replace(/^sha\d+:/, '')}`;
}
