import type { Report } from '../cataloguer.ts';
import type { RpmPackage } from './rpm-package.ts';

/** Each line: name, version-release, times, vendor, epoch as text, size, architecture, epoch, source. */
const COLUMNS = 10;

/** Distroless images have some dozen packages. */
const MAX_LINES = 100_000;

/**
 * Reads the manifest that distroless images of Azure Linux (CBL-Mariner) have in the place of a database: ten
 * columns between tabs, `(none)` where there is nothing.
 */
export function readManifest(text: string, report: Report): readonly RpmPackage[] {
  const lines = text.split('\n', MAX_LINES).filter((line) => line.trim() !== '');
  const packages = lines.flatMap((line) => {
    const columns = line.trimEnd().split('\t');
    const [name = '', full = '', , , vendor, epoch, , arch, , sourceRpm] = columns.map((each) =>
      each === '(none)' ? undefined : each,
    );
    const [, version, release] = /^(.+)-([^-]+)$/.exec(full) ?? [];
    if (columns.length < COLUMNS || name === '' || version === undefined || release === undefined) return [];
    return [
      {
        name,
        version,
        release,
        epoch: epoch !== undefined && /^\d+$/.test(epoch) ? Number(epoch) : undefined,
        arch,
        sourceRpm,
        licence: undefined,
        vendor,
        summary: undefined,
        url: undefined,
        modularityLabel: undefined,
        digests: {
          sigMd5: undefined,
          sha1Header: undefined,
          sha256Header: undefined,
          sha256Payload: undefined,
        },
        provides: [],
        requires: [],
        requiredFiles: [],
        owned: undefined,
      },
    ];
  });
  if (packages.length < lines.length)
    report(`${lines.length - packages.length} of its lines name no package.`);
  return packages.filter(({ name }) => name !== 'gpg-pubkey');
}
