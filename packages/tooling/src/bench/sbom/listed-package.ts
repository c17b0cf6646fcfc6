/** A package as a CycloneDX document lists it, whoever wrote the document. */
export interface ListedPackage {
  /** Type of the purl: `deb`, `npm`. */
  readonly type: string;
  /** Namespace and name as the purl has them, decoded: `@babel/core`. */
  readonly name: string;
  /** Empty where it has none. */
  readonly version: string;
  /** Where it was found, as far as the document says. */
  readonly locations: readonly string[];
}

interface Component {
  readonly purl?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly Component[];
  readonly evidence?: { readonly occurrences?: readonly { readonly location: string }[] };
}

/** Reads the packages of a document, nested ones too; components without a purl are no packages. */
export function listPackages(document: string): readonly ListedPackage[] {
  const { components = [] }: { readonly components?: readonly Component[] } = JSON.parse(document);
  return components.flatMap(listComponent);
}

function listComponent(component: Component): readonly ListedPackage[] {
  const purl = component.purl === undefined ? undefined : PURL.exec(component.purl);
  const [, type = '', name = '', version = ''] = purl ?? [];
  const listed = { type, name: decodeURIComponent(name), version: decodeURIComponent(version) };
  return [
    ...(purl === null || purl === undefined ? [] : [{ ...listed, locations: locationsOf(component) }]),
    ...(component.components ?? []).flatMap(listComponent),
  ];
}

/** Read here anew: what is judged must not be its own judge. A version begins at the last `@`. */
const PURL = /^pkg:([a-z]+)\/([^?#]*?)(?:@([^@/?#]*))?(?:[?#].*)?$/;

/** CycloneDX has occurrences for this; Syft writes properties. */
function locationsOf({ evidence, properties = [] }: Component): readonly string[] {
  const named = properties.filter(({ name }) => /^syft:location:\d+:path$/.test(name));
  const found = [
    ...named.map(({ value }) => value),
    ...(evidence?.occurrences ?? []).map(({ location }) => location),
  ];
  return [...new Set(found.map((path) => path.replace(/^\//, '')))];
}
