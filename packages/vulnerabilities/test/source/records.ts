import type { Component } from '../../src/component/component.ts';

/** A component as componentsOf would make it of a purl, for the few kinds that are used here. */
export function component(
  type: string,
  name: string,
  version: string | undefined,
  rest: Partial<Component> = {},
): Component {
  return {
    purl: `pkg:${type}/${rest.namespace === undefined ? '' : `${rest.namespace}/`}${name}@${version}`,
    type,
    namespace: undefined,
    name,
    version,
    qualifiers: {},
    subpath: undefined,
    source: undefined,
    locations: [],
    isDevelopment: false,
    ...rest,
  };
}

export const debian = (name: string, version: string, rest: Partial<Component> = {}): Component =>
  component('deb', name, version, { namespace: 'debian', qualifiers: { distro: 'debian-12' }, ...rest });

/** A record of OSV's schema. */
export function record(
  id: string,
  packages: readonly (readonly [ecosystem: string, name: string])[],
  rest: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    affected: packages.map(([ecosystem, name]) => ({
      package: { ecosystem, name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    })),
    ...rest,
  };
}
