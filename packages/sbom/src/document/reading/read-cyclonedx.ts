import {
  field,
  isJsonObject,
  type JsonObject,
  listField,
  objectField,
  textField,
} from '../../cataloguers/json.ts';
import { dependentsIn } from './dependents.ts';
import { type ListedPackage, listPackage, type ReadDocument, type StatedLicence } from './listed-package.ts';
import { longText, readEvidence, readLocations, readSource } from './read-evidence.ts';

/** Reads CycloneDX JSON of any version: components, nested ones too. Files that are no packages are passed over. */
export function readCycloneDx(bom: JsonObject): ReadDocument {
  const main = objectField(objectField(bom, 'metadata'), 'component');
  const packages: ListedPackage[] = [];
  const listed = new Map<string, ListedPackage>();
  const waiting = [...listField(bom, 'components'), ...listField(main, 'components')].reverse();
  for (let component = waiting.pop(); component !== undefined; component = waiting.pop()) {
    if (!isJsonObject(component)) continue;
    for (const inner of listField(component, 'components')) waiting.push(inner);
    const one = readComponent(component);
    if (one === undefined || (one.kind === 'file' && one.purl === undefined)) continue;
    packages.push(one);
    const ref = longText(component, 'bom-ref');
    if (ref !== undefined) listed.set(ref, one);
  }
  return {
    title: `CycloneDX ${textField(bom, 'specVersion') ?? '(without version)'}`,
    subject: readComponent(main),
    packages,
    dependents: dependentsIn({
      listed,
      subjects: new Set([longText(main, 'bom-ref') ?? '']),
      edges: readDependencies(bom),
    }),
  };
}

/** CycloneDX, `dependencies`. */
function readDependencies(bom: JsonObject): readonly (readonly [from: string, to: string])[] {
  return listField(bom, 'dependencies')
    .filter(isJsonObject)
    .flatMap((dependency) => {
      const from = longText(dependency, 'ref');
      if (from === undefined) return [];
      return listField(dependency, 'dependsOn').flatMap((to) =>
        typeof to === 'string' ? [[from, to] as const] : [],
      );
    });
}

function readComponent(component: JsonObject): ListedPackage | undefined {
  const properties = readProperties(component);
  const evidence = readEvidence(component);
  return listPackage({
    purl: textField(component, 'purl'),
    namespace: textField(component, 'group'),
    name: textField(component, 'name'),
    version: textField(component, 'version'),
    kind: textField(component, 'type'),
    licences: readLicences(listField(component, 'licenses')),
    cpes: [
      textField(component, 'cpe'),
      ...properties
        .filter(([name]) => /^(?:artifact-lifecycle|syft):cpe/.test(name))
        .map(([, value]) => value),
    ].flatMap((cpe) => cpe ?? []),
    occurrences: evidence.length > 0 ? evidence : readLocations(properties),
    // `excluded` is what a component is that is not there at run time (CycloneDX, `component.scope`).
    isDevelopment: textField(component, 'scope') === 'excluded',
    source: readSource(new Map(properties)),
  });
}

function readProperties(component: JsonObject): readonly (readonly [name: string, value: string])[] {
  return listField(component, 'properties')
    .filter(isJsonObject)
    .flatMap((property) => {
      const [name, value] = [textField(property, 'name'), textField(property, 'value')];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    });
}

/** What is declared; what somebody concluded only where nothing is. */
function readLicences(choices: readonly unknown[]): readonly StatedLicence[] {
  const declared: StatedLicence[] = [];
  const concluded: StatedLicence[] = [];
  for (const choice of choices.filter(isJsonObject)) {
    const licence = objectField(choice, 'license');
    const expression = textField(choice, 'expression') ?? textField(licence, 'id');
    const text = expression ?? textField(licence, 'name');
    if (text === undefined) continue;
    const said = field(choice, 'acknowledgement') ?? field(licence, 'acknowledgement');
    (said === 'concluded' ? concluded : declared).push({ text, isName: expression === undefined });
  }
  return declared.length > 0 ? declared : concluded;
}
