/** A digest as purls of images write it: `pkg:oci/app@sha256%3A…`. */
const DIGEST = /sha256(?::|%3A)([0-9a-f]{64})/i;

/**
 * The digest of what an SBOM describes, where it says so: the version or purl of CycloneDX's main component, the purl,
 * version or checksum of what an SPDX document describes.
 */
export function describedDigest(document: object): string | undefined {
  const spdx = described(document);
  const candidates = [
    member(document, 'metadata', 'component', 'version'),
    member(document, 'metadata', 'component', 'purl'),
    member(document, 'metadata', 'component', 'bom-ref'),
    member(spdx, 'versionInfo'),
    ...list(member(spdx, 'externalRefs')).map((reference) => member(reference, 'referenceLocator')),
    member(spdx, 'software_packageUrl'),
    member(spdx, 'software_packageVersion'),
  ];
  for (const candidate of candidates) {
    const hex = typeof candidate === 'string' ? DIGEST.exec(candidate)?.[1] : undefined;
    if (hex !== undefined) return `sha256:${hex.toLowerCase()}`;
  }
  return undefined;
}

/** What an SPDX document is of: SPDX 2 by `documentDescribes` or its relationship, SPDX 3 by the SBOM's root. */
function described(document: object): unknown {
  const packages = list(member(document, 'packages'));
  const graph = list(member(document, '@graph'));
  const ids = new Set([
    ...list(member(document, 'documentDescribes')),
    ...list(member(document, 'relationships'))
      .filter((one) => member(one, 'relationshipType') === 'DESCRIBES')
      .map((one) => member(one, 'relatedSpdxElement')),
    ...graph
      .filter((one) => /Sbom$/.test(String(member(one, 'type'))))
      .flatMap((one) => list(member(one, 'rootElement'))),
  ]);
  return (
    packages.find((one) => ids.has(member(one, 'SPDXID'))) ??
    graph.find((one) => ids.has(member(one, 'spdxId')))
  );
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function member(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
