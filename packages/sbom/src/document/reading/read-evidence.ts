import { field, isJsonObject, type JsonObject, listField, objectField } from '../../cataloguers/json.ts';
import type { Occurrence, SourcePackage } from '../../inventory/package.ts';

/** A package in every one of 10 000 places has them in one sentence of SPDX's. */
const MAX_LONG_TEXT_CHARS = 4 * 1024 * 1024;

/** What this suite writes of packages that are there for building and testing only. */
const DEVELOPMENT = 'artifact-lifecycle:scope=development';

/** A text as it stands, also a long one; nothing of it is trimmed, because it may be a path. */
export function longText(object: JsonObject, key: string): string | undefined {
  const value = field(object, key);
  return typeof value === 'string' && value !== '' && value.length <= MAX_LONG_TEXT_CHARS ? value : undefined;
}

/** Whether an annotation of this suite's says that a package is for development: alone, or as one of its lines. */
export function isOfDevelopment(text: string | undefined): boolean {
  return text?.split('\n').includes(DEVELOPMENT) === true;
}

/** CycloneDX: `evidence.occurrences`, and the layer as this suite writes it beside. */
export function readEvidence(component: JsonObject): readonly Occurrence[] {
  return listField(objectField(component, 'evidence'), 'occurrences')
    .filter(isJsonObject)
    .flatMap((one) => {
      const path = longText(one, 'location');
      if (path === undefined) return [];
      const layer = /^layer (.+)$/.exec(longText(one, 'additionalContext') ?? '')?.[1];
      return [layer === undefined ? { path } : { path, layer }];
    });
}

/** Properties by which Syft and Trivy say where a package was found; their paths begin at the root. */
export function readLocations(
  properties: readonly (readonly [name: string, value: string])[],
): readonly Occurrence[] {
  const places = new Map<string, { path?: string; layer?: string }>();
  for (const [name, value] of properties) {
    const [, index = '', what] =
      /^(?:syft:location:(\d+):|aquasecurity:trivy:)(path|layerID|FilePath|LayerDigest)$/.exec(name) ?? [];
    if (what === undefined) continue;
    const place = places.get(index) ?? {};
    places.set(index, place);
    if (/path/i.test(what)) place.path = value.replace(/^\/+/, '');
    else place.layer = value;
  }
  return [...places.values()].flatMap(({ path, layer }) =>
    path === undefined || path === '' ? [] : [layer === undefined ? { path } : { path, layer }],
  );
}

/** Trivy names the source package in properties, and not in the purl. */
export function readSource(properties: ReadonlyMap<string, string>): SourcePackage | undefined {
  const of = (name: string): string | undefined => properties.get(`aquasecurity:trivy:Src${name}`);
  const [name, version] = [of('Name'), of('Version')];
  if (name === undefined) return undefined;
  const epoch = of('Epoch');
  const release = of('Release');
  return {
    name,
    version:
      version === undefined
        ? undefined
        : `${epoch === undefined ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`,
  };
}

/** Trivy's sentence in SPDX: `built package from: glibc 2.36-9+deb12u9`. */
export function readBuiltFrom(text: string | undefined): SourcePackage | undefined {
  const [, name, version] = /^built package from: (\S+)(?: (\S+))?$/.exec(text ?? '') ?? [];
  return name === undefined ? undefined : { name, version };
}
