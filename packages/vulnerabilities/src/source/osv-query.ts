import { type EcosystemPackage, ecosystemsOf } from '../advisory/ecosystem-package.ts';
import type { Component } from '../component/component.ts';
import { isDistributed } from '../component/distributed.ts';

/** What OSV's API is asked of a component. */
export interface OsvQuery {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * The questions whose answers hold every record that can concern a component: name and ecosystem.
 *
 * Without a version where a package has few records: which of them count is decided by our own rules, not by what the
 * service makes of a version. With the version for distributions, whose source packages have up to ten thousand records
 * each (`linux`), or reading these would be the price of one binary package; OSV compares by the distribution's own
 * order there.
 */
export function osvQueriesOf(component: Component): readonly OsvQuery[] {
  return ecosystemsOf(component).flatMap((one) =>
    one.ecosystems.flatMap((ecosystem) =>
      spellingsOf(one, component).map((name) => ({
        ecosystem,
        name,
        version: isDistributed(component) ? one.version : undefined,
      })),
    ),
  );
}

/** The API compares names letter by letter, but for PyPI's: where case does not count, both spellings are asked for. */
function spellingsOf({ name }: EcosystemPackage, component: Component): readonly string[] {
  const own = component.namespace === undefined ? component.name : `${component.namespace}/${component.name}`;
  return own !== name && own.toLowerCase() === name ? [own, name] : [name];
}
