import { formatPurl, parsePurl } from '@artifact-lifecycle/sbom';
import type { Component, ComponentLocation } from './component.ts';

/** What is known of a component beside its purl. */
export interface BesidePurl {
  readonly locations: readonly ComponentLocation[];
  readonly isDevelopment: boolean;
  /** The version, where the purl has none. */
  readonly version?: string | undefined;
  /** The source package, where the purl has no `upstream`: other tools say it in properties. */
  readonly source?: Component['source'];
}

const NOTHING: BesidePurl = { locations: [], isDevelopment: false };

/**
 * Reads a component from its purl.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is no purl.
 */
export function readComponent(text: string, beside: BesidePurl = NOTHING): Component {
  const parts = parsePurl(text);
  const version = parts.version ?? beside.version;
  const { type, namespace, name, subpath } = parts;
  const qualifiers = { ...parts.qualifiers };
  return {
    purl: formatPurl({ ...parts, version }) ?? text,
    type,
    namespace,
    name,
    version: withEpoch(type, version, qualifiers['epoch']),
    subpath,
    qualifiers,
    source: readUpstream(type, qualifiers['upstream']) ?? beside.source,
    locations: sortLocations(beside.locations),
    isDevelopment: beside.isDevelopment,
  };
}

/** purl-spec puts an rpm's epoch into a qualifier; Trivy does so with a deb's, whose place is in the version. */
function withEpoch(type: string, version: string | undefined, epoch: string | undefined): string | undefined {
  const hasEpochs = type === 'rpm' || type === 'deb';
  if (!hasEpochs || version === undefined || epoch === undefined) return version;
  return /^\d{1,10}$/.test(epoch) && !/^\d+:/.test(version) ? `${epoch}:${version}` : version;
}

/**
 * Reads the qualifier `upstream`: `gcc-12@12.2.0-14` or `glibc`, of an rpm the file it was built from. The first one
 * counts where there are several.
 */
function readUpstream(type: string, upstream: string | undefined): Component['source'] {
  const first = upstream?.split(',', 1)[0];
  if (first === undefined || first === '') return undefined;
  if (type === 'rpm') {
    const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(first) ?? [];
    if (name !== undefined) return { name, version };
  }
  const at = first.indexOf('@', 1);
  return at < 0
    ? { name: first, version: undefined }
    : { name: first.slice(0, at), version: first.slice(at + 1) || undefined };
}

/** By path and layer, each once. */
export function sortLocations(locations: readonly ComponentLocation[]): readonly ComponentLocation[] {
  const unique = new Map(
    locations.map(({ path, layer }) => [
      `${path}\0${layer ?? ''}`,
      layer === undefined ? { path } : { path, layer },
    ]),
  );
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, location]) => location);
}
