import type { SourcePackage } from '../../inventory/package.ts';
import type { Stanza } from './control-file.ts';

/** Fields of a database that end up in an inventory; the rest is never kept. */
export const PACKAGE_FIELDS: ReadonlySet<string> = new Set([
  ...['package', 'version', 'architecture', 'status', 'source', 'maintainer', 'homepage', 'description'],
  ...['depends', 'pre-depends', 'provides', 'priority', 'license', 'auto-installed', 'cpe-id'],
]);
export const SUMMARY_FIELDS: ReadonlySet<string> = new Set(['description']);

/**
 * What a package's status says of it (dpkg(1), "package states"): `installed`, or on the way there or back with its
 * files in the image (`broken`), or not there. `unpacked` files are there, too, but dpkg does not call that a
 * package yet: it is reported instead of listed.
 */
export type State = 'installed' | 'broken' | 'absent';

const INSTALLED = new Set(['installed', 'triggers-pending', 'triggers-awaited', 'half-configured']);
const BROKEN = new Set(['unpacked', 'half-installed']);

/** Reads the third word of a `Status` field; a database that has no such fields lists what is installed. */
export function readState(status: string | undefined, isListOfInstalled: boolean): State {
  if (status === undefined) return isListOfInstalled ? 'installed' : 'absent';
  const state = status.trim().split(/\s+/)[2] ?? '';
  return INSTALLED.has(state) ? 'installed' : BROKEN.has(state) ? 'broken' : 'absent';
}

/** Names a package among those of a database: the same version can be there for several architectures. */
export function nameOfStanza(stanza: Stanza): string {
  return `${stanza.get('package')}:${stanza.get('architecture') ?? ''}=${stanza.get('version')}`;
}

/** Reads `gcc-12 (12.2.0-14)`; without the field the source has the package's own name and version. */
export function readSource(stanza: Stanza): SourcePackage & { readonly isStated: boolean } {
  const [, name, version] = /^(\S+)(?:\s+\(([^()]*)\))?/.exec(stanza.get('source') ?? '') ?? [];
  const own = stanza.get('version');
  if (name === undefined) return { name: stanza.get('package') ?? '', version: own, isStated: false };
  return { name, version: version?.trim() || own, isStated: true };
}

/** The purl qualifier `upstream`, as Syft writes it: with a version only where the package states one. */
export function upstreamOf(stanza: Stanza): string | undefined {
  const [, name, version] = /^(\S+)(?:\s+\(([^()]*)\))?/.exec(stanza.get('source') ?? '') ?? [];
  if (name === undefined) return undefined;
  return version === undefined || version.trim() === '' ? name : `${name}@${version.trim()}`;
}

/** Names of a relationship field, alternatives together: `a (>= 1) | b:any, c [amd64]` is `[[a, b], [c]]`. */
export function* readRelations(field: string | undefined): Generator<readonly string[]> {
  if (field === undefined) return;
  for (const relation of field.split(',')) {
    const names = relation.split('|').flatMap((alternative) => {
      const name = /^\s*([A-Za-z0-9][A-Za-z0-9+._-]*)/.exec(alternative)?.[1];
      return name === undefined ? [] : [name];
    });
    if (names.length > 0) yield names;
  }
}
