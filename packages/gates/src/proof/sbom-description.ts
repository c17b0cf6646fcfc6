import { field, isJsonObject } from '@artifact-lifecycle/registry';
import type { GateSettings } from '../verdict/settings.ts';
import { shorten } from '../verdict/verdicts.ts';

/** What an SBOM is, by its own word. */
export interface SbomDescription {
  readonly kind: 'cyclonedx' | 'spdx';
  /** `1.6`, `2.3`, `3.0.1`. */
  readonly version: string;
}

/** Tells what an SBOM is by its document, whose media type says only the family. `undefined` for what is none. */
export function describeSbom(document: unknown): SbomDescription | undefined {
  if (!isJsonObject(document)) return undefined;
  const cyclonedx = field(document, 'specVersion');
  if (field(document, 'bomFormat') === 'CycloneDX' && typeof cyclonedx === 'string') {
    return { kind: 'cyclonedx', version: shorten(cyclonedx) };
  }
  const spdx = field(document, 'spdxVersion');
  if (typeof spdx === 'string' && spdx.startsWith('SPDX-')) {
    return { kind: 'spdx', version: shorten(spdx.slice('SPDX-'.length)) };
  }
  const context = field(document, '@context');
  const version =
    typeof context === 'string' ? /^https:\/\/spdx\.org\/rdf\/(3\.\d+\.\d+)\//.exec(context)?.[1] : undefined;
  return version === undefined ? undefined : { kind: 'spdx', version };
}

/**
 * Whether an SBOM is of a format as the policy names it. A name with a version means that version; one without means
 * the family, SPDX 2 where SPDX is meant, since SPDX 3 is another model.
 */
export function meetsFormat(
  { kind, version }: SbomDescription,
  format: GateSettings<'sbom'>['format'],
): boolean {
  switch (format) {
    case undefined:
      return true;
    case 'cyclonedx-json':
      return kind === 'cyclonedx';
    case 'cyclonedx-json@1.7':
      return kind === 'cyclonedx' && version === '1.7';
    case 'spdx-json':
      return kind === 'spdx' && version.startsWith('2.');
    case 'spdx-json@3.0':
      return kind === 'spdx' && version.startsWith('3.0.');
  }
}

/** For people: `CycloneDX 1.6`. */
export function formatSbom({ kind, version }: SbomDescription): string {
  return `${kind === 'cyclonedx' ? 'CycloneDX' : 'SPDX'} ${version}`;
}
