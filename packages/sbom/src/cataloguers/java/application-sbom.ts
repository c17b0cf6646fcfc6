import type { DeclaredLicence } from '../../inventory/package.ts';
import {
  asText,
  field,
  isJsonObject,
  type JsonObject,
  listField,
  objectField,
  parseJsonObject,
  textField,
} from '../json.ts';
import type { JavaPackage } from './archive-facts.ts';

/** The plugins that write such documents list at most some thousand components. */
const MOST_COMPONENTS = 20_000;

/** What a document says of a package. */
export type Stated = Pick<JavaPackage, 'group' | 'name' | 'version' | 'licences' | 'description' | 'needs'>;

/** A Maven component of a document. */
interface Component {
  readonly ref: string;
  readonly group: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  readonly licences: readonly DeclaredLicence[];
  readonly description: string | undefined;
}

/**
 * Merges the CycloneDX document that Spring Boot puts into an archive: its licences and dependencies are added to
 * the packages that lie there. A package that only the document has counts where the archive holds no others, so
 * that it must be unpacked in it; elsewhere it was left out when the archive was made.
 *
 * @param found packages of the file, of which those from `first` on lie in the archive
 * @param add takes a package that only the document has; `undefined` where the archive holds others
 * @throws SuiteError where it is no JSON, or larger than anybody's
 */
export function applySbom(
  text: string,
  found: JavaPackage[],
  first: number,
  add: ((stated: Stated) => void) | undefined,
): void {
  const document = parseJsonObject(text);
  if (field(document, 'bomFormat') !== 'CycloneDX') return;
  const components = listField(document, 'components').slice(0, MOST_COMPONENTS).flatMap(readComponent);
  const root = readComponent(objectField(objectField(document, 'metadata'), 'component'));
  const byRef = new Map([...root, ...components].map((component) => [component.ref, component]));
  const needs = readNeeds(document, byRef);

  const there = new Map<string, number>();
  for (let index = found.length - 1; index >= first; index--) {
    const one = found[index];
    if (one !== undefined) there.set(keyOf(one), index);
  }
  const merge = (component: Component): boolean => {
    const index = there.get(keyOf(component));
    const one = index === undefined ? undefined : found[index];
    if (index === undefined || one === undefined) return false;
    found[index] = {
      ...one,
      licences: one.licences.length > 0 ? one.licences : component.licences,
      description: one.description ?? component.description,
      needs: [...new Set([...one.needs, ...(needs.get(component.ref) ?? [])])],
    };
    return true;
  };
  root.forEach(merge);
  for (const component of components) {
    if (merge(component)) continue;
    const { group, name, version, licences, description, ref } = component;
    add?.({ group, name, version, licences, description, needs: needs.get(ref) ?? [] });
  }
}

function keyOf({ group, name, version }: Pick<JavaPackage, 'group' | 'name' | 'version'>): string {
  return `${group ?? ''}:${name}:${version ?? ''}`;
}

function readComponent(value: unknown): readonly Component[] {
  if (!isJsonObject(value)) return [];
  const [purl, name] = [textField(value, 'purl'), textField(value, 'name')];
  if (purl?.startsWith('pkg:maven/') !== true || name === undefined) return [];
  const scope = field(value, 'scope');
  if (scope === 'excluded' || scope === 'optional') return [];
  const [group, version] = [textField(value, 'group'), textField(value, 'version')];
  const licences = listField(value, 'licenses').flatMap(readLicence);
  const ref = textField(value, 'bom-ref') ?? purl;
  return [{ ref, group, name, version, licences, description: textField(value, 'description') }];
}

function readLicence(value: unknown): readonly DeclaredLicence[] {
  if (!isJsonObject(value)) return [];
  const licence = objectField(value, 'license');
  const spdx = textField(value, 'expression') ?? textField(licence, 'id');
  if (spdx !== undefined) return [{ text: spdx, style: 'spdx' }];
  const text = textField(licence, 'name') ?? textField(licence, 'url');
  return text === undefined ? [] : [{ text, style: 'free' }];
}

/** `group:artifact` of what each component needs, by its reference. */
function readNeeds(
  document: JsonObject,
  byRef: ReadonlyMap<string, Component>,
): ReadonlyMap<string, readonly string[]> {
  const needs = new Map<string, readonly string[]>();
  for (const value of listField(document, 'dependencies').slice(0, MOST_COMPONENTS)) {
    if (!isJsonObject(value)) continue;
    const ref = textField(value, 'ref');
    if (ref === undefined) continue;
    const targets = listField(value, 'dependsOn').slice(0, MOST_COMPONENTS);
    const needed = targets.flatMap((target) => byRef.get(asText(target) ?? '') ?? []);
    needs.set(
      ref,
      needed.map(({ group, name }) => `${group ?? ''}:${name}`),
    );
  }
  return needs;
}
