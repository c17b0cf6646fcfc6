import { childAt, parseXml, textAt, type XmlElement } from './xml.ts';

/** A dependency as a POM names it. */
export interface PomDependency {
  readonly group: string;
  readonly artifact: string;
  readonly version: string | undefined;
  /** `compile` where it does not say. */
  readonly scope: string;
  readonly isOptional: boolean;
}

/** What a POM says of its artifact; what it inherits from a parent that is not there is left out. */
export interface Pom {
  readonly group: string | undefined;
  readonly artifact: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
  readonly organization: { readonly name: string; readonly url: string | undefined } | undefined;
  /** Names of licences, or their URLs where they have no name. */
  readonly licences: readonly string[];
  readonly dependencies: readonly PomDependency[];
}

/** Properties refer to each other; more deeply nobody does. */
const MOST_REPLACEMENTS = 5;
/** Longer values are no versions, and replacing in them could make them grow. */
const LONGEST_VALUE = 1024;
const MOST_DEPENDENCIES = 5000;

/**
 * Reads a POM (Maven, "POM Reference"), with its properties put in where they are used. `undefined` where it is the
 * POM of nothing.
 *
 * @throws SuiteError where it is not XML, or larger than anybody's
 */
export function parsePom(text: string): Pom | undefined {
  const project = parseXml(text);
  const read = replacer(project);
  const value = (element: XmlElement | undefined, ...path: readonly string[]): string | undefined =>
    read(textAt(element, ...path));
  const artifact = value(project, 'artifactId');
  if (project.name !== 'project' || artifact === undefined) return undefined;

  const managed = new Map(
    dependencyElements(childAt(project, 'dependencyManagement')).map((element) => [
      `${value(element, 'groupId')}:${value(element, 'artifactId')}`,
      value(element, 'version'),
    ]),
  );
  const organization = value(project, 'organization', 'name');
  return {
    group: value(project, 'groupId') ?? value(project, 'parent', 'groupId'),
    artifact,
    version: value(project, 'version') ?? value(project, 'parent', 'version'),
    description: value(project, 'description')?.replace(/\s+/g, ' '),
    homepage: value(project, 'url'),
    sourceUrl: value(project, 'scm', 'url'),
    organization:
      organization === undefined
        ? undefined
        : { name: organization, url: value(project, 'organization', 'url') },
    licences: (childAt(project, 'licenses')?.children ?? []).flatMap(
      (licence) => value(licence, 'name') ?? value(licence, 'url') ?? [],
    ),
    dependencies: dependencyElements(project).flatMap((element): readonly PomDependency[] => {
      const [group, name] = [value(element, 'groupId'), value(element, 'artifactId')];
      if (group === undefined || name === undefined) return [];
      return [
        {
          group,
          artifact: name,
          version: value(element, 'version') ?? managed.get(`${group}:${name}`),
          scope: value(element, 'scope') ?? 'compile',
          isOptional: value(element, 'optional') === 'true',
        },
      ];
    }),
  };
}

function dependencyElements(parent: XmlElement | undefined): readonly XmlElement[] {
  const elements = childAt(parent, 'dependencies')?.children ?? [];
  return elements.filter(({ name }) => name === 'dependency').slice(0, MOST_DEPENDENCIES);
}

/** Puts properties in; a value that still has one that nobody defines is `undefined`: it names nothing. */
function replacer(project: XmlElement): (text: string | undefined) => string | undefined {
  const properties = new Map<string, string>();
  for (const prefix of ['project.', 'pom.', '']) {
    for (const field of ['groupId', 'artifactId', 'version', 'name', 'url']) {
      const text = textAt(project, field) ?? textAt(project, 'parent', field);
      if (text !== undefined && text.length <= LONGEST_VALUE) properties.set(`${prefix}${field}`, text);
      const inherited = textAt(project, 'parent', field);
      if (inherited !== undefined && inherited.length <= LONGEST_VALUE)
        properties.set(`${prefix}parent.${field}`, inherited);
    }
  }
  for (const { name, text } of childAt(project, 'properties')?.children ?? []) properties.set(name, text);
  return (text) => {
    let value = text;
    for (let round = 0; value?.includes('${') === true; round++) {
      if (round === MOST_REPLACEMENTS || value.length > LONGEST_VALUE) return undefined;
      value = value.replace(/\$\{([^{}]{1,200})\}/g, (whole, name: string) => properties.get(name) ?? whole);
    }
    return value;
  };
}
