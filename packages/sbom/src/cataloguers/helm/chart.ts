import type { Party } from '../../inventory/package.ts';
import { asText, isJsonObject, type JsonObject, listField, objectField, textField } from '../json.ts';
import { parseYaml } from '../yaml.ts';

/** A chart that another one needs. */
export interface ChartDependency {
  readonly name: string;
  /** A range in `Chart.yaml`, a version in `Chart.lock`. */
  readonly version: string | undefined;
  /** `https://…`, `oci://…`, `file://../common`, `@alias`. */
  readonly repository: string | undefined;
}

/** What `Chart.yaml` says (Helm, "The Chart.yaml File"). */
export interface Chart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
  readonly maintainers: readonly Party[];
  readonly licence: string | undefined;
  readonly dependencies: readonly ChartDependency[];
}

/** Umbrella charts have some dozens. */
const MAX_DEPENDENCIES = 1000;

/**
 * Reads `Chart.yaml`; `undefined` where it is another file of that name.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseChart(text: string): Chart | undefined {
  const [document] = parseYaml(text);
  if (!isJsonObject(document)) return undefined;
  const [name, version] = [textField(document, 'name'), textField(document, 'version')];
  if (name === undefined || version === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  const maintainers = listField(document, 'maintainers').filter(isJsonObject);
  return {
    name,
    version,
    appVersion: textField(document, 'appVersion'),
    description: textField(document, 'description'),
    homepage: textField(document, 'home'),
    sourceUrl: asText(listField(document, 'sources')[0]),
    maintainers: maintainers.slice(0, MAX_DEPENDENCIES).flatMap(asParty),
    // Artifact Hub's annotation; the format has no field of its own.
    licence: textField(objectField(document, 'annotations'), 'artifacthub.io/license'),
    dependencies: readDependencies(document),
  };
}

/**
 * Reads `dependencies` of `Chart.lock`, or of the `requirements.yaml` and `requirements.lock` of Helm 2.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function parseChartDependencies(text: string): readonly ChartDependency[] {
  const [document] = parseYaml(text);
  return isJsonObject(document) ? readDependencies(document) : [];
}

function readDependencies(document: JsonObject): readonly ChartDependency[] {
  return listField(document, 'dependencies')
    .slice(0, MAX_DEPENDENCIES)
    .filter(isJsonObject)
    .flatMap((each) => {
      const name = textField(each, 'name');
      if (name === undefined || !/^[\w.-]+$/.test(name)) return [];
      return [{ name, version: textField(each, 'version'), repository: textField(each, 'repository') }];
    });
}

function asParty(maintainer: JsonObject): readonly Party[] {
  const name = textField(maintainer, 'name');
  const [email, url] = [textField(maintainer, 'email'), textField(maintainer, 'url')];
  return name === undefined ? [] : [{ name, email, url }];
}
