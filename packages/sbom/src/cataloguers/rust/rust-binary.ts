import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { type AuditedCrate, readAuditData } from './audit-data.ts';

/** Larger than any program seen; a file is in memory once, while it is read. */
const LARGEST_BINARY = 512 * 1024 * 1024;

/** Rust programs that were built by cargo-auditable: the crates in them, and which needs which. */
export const rustBinary: Cataloguer<readonly AuditedCrate[]> = {
  name: 'rust-binary',
  origins: ['image', 'directory'],
  selects: { executables: true, maxBytes: LARGEST_BINARY },
  read({ bytes }) {
    const crates = readAuditData(bytes);
    return crates && detach(crates);
  },
  assemble: (evidence) => evidence.flatMap(packagesOf),
};

function packagesOf({ path, layer, facts }: Evidence<readonly AuditedCrate[]>): readonly FoundPackage[] {
  const isThere = (crate: AuditedCrate | undefined): boolean =>
    crate !== undefined && crate.name !== '' && !crate.isForBuild;
  const buildCrates = facts.filter(({ isForBuild, name }) => isForBuild && name !== '');
  return facts.flatMap((crate, index): readonly FoundPackage[] => {
    if (!isThere(crate)) return [];
    const { name, version, source, isRoot } = crate;
    const needed = [...new Set(crate.dependencies)].filter((at) => isThere(facts[at]));
    const used = isRoot ? buildCrates.map((one) => `${one.name}@${one.version}`).sort() : [];
    return [
      {
        key: `${path}#${index}`,
        // crates.io knows nothing of what came from a folder, and may have another of its name.
        type: source === 'local' ? 'generic' : 'cargo',
        name,
        version: version === '' ? undefined : version,
        kind: isRoot ? 'application' : undefined,
        properties: {
          ...(source === '' || source === 'crates.io' ? {} : { 'rust.source': source }),
          ...(used.length === 0 ? {} : { 'rust.buildDependencies': used.join(' ') }),
        },
        dependsOn: needed.map((at) => `${path}#${at}`),
        completeness: 'complete',
        occurrences: [{ path, layer }],
        home: isRoot ? path : undefined,
      },
    ];
  });
}
