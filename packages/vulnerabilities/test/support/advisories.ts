import { type Advisory, parseAdvisory } from '../../src/index.ts';

/** An entry of a record, as OSV's schema writes it. */
export interface AffectedJson {
  readonly package?: { readonly ecosystem: string; readonly name: string };
  readonly ranges?: readonly unknown[];
  readonly versions?: readonly unknown[];
  readonly [key: string]: unknown;
}

/** A record made here, in the form of OSV's schema. */
export function advisoryOf(
  id: string,
  affected: readonly AffectedJson[],
  more: Readonly<Record<string, unknown>> = {},
): Advisory {
  return parseAdvisory({ schema_version: '1.7.0', id, modified: '2026-01-01T00:00:00Z', affected, ...more });
}

/** `rangeOf('npm', 'lodash', ['introduced 0', 'fixed 4.17.21'])`. */
export function rangeOf(
  ecosystem: string,
  name: string,
  events: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): AffectedJson {
  return {
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: events.map(eventOf) }],
    ...more,
  };
}

/** `fixed 1.2` as the object it is in a record. */
export function eventOf(text: string): Readonly<Record<string, string>> {
  const space = text.indexOf(' ');
  return { [text.slice(0, space)]: text.slice(space + 1) };
}
