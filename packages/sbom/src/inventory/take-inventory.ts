import { isNativeError } from 'node:util/types';
import type { Cataloguer, Evidence, Scene } from '../cataloguers/cataloguer.ts';
import { osRelease, osReleaseOf } from '../cataloguers/distribution/os-release.ts';
import { oneLine } from '../reading/finding.ts';
import { MAX_UNKNOWNS } from '../reading/limits.ts';
import type { Scan } from '../reading/scan.ts';
import { consolidate, type Finding } from './consolidate.ts';
import type { Inventory, Subject } from './inventory.ts';
import type { FoundPackage } from './package.ts';
import { whyNotListed, withoutSecrets } from './presentable.ts';
import type { Unknown } from './unknown.ts';

/** What an inventory is taken of. */
export interface InventoryInput {
  readonly subject: Subject;
  readonly scan: Scan;
  readonly cataloguers: readonly Cataloguer<unknown>[];
  /** `amd64`, as the image's config says. */
  readonly architecture?: string | undefined;
}

/** Makes the inventory of what was read: every cataloguer assembles its packages, and each is listed once. */
export function takeInventory({ subject, scan, cataloguers, architecture }: InventoryInput): Inventory {
  const unknowns: Unknown[] = [...scan.unknowns];
  const os = osReleaseOf(evidenceOf(scan, osRelease));
  const origin: Scene['origin'] = subject.kind === 'image' ? 'image' : 'directory';
  const findings = cataloguers
    .filter(({ origins }) => origins.includes(origin))
    .flatMap((cataloguer): readonly Finding[] => {
      const evidence = evidenceOf(scan, cataloguer);
      if (evidence.length === 0) return [];
      const report = (path: string, reason: string): void => {
        unknowns.push({ path, by: cataloguer.name, reason });
      };
      const scene: Scene = { origin, os, architecture, resolve: (path) => scan.resolve(path), report };
      return assemble(cataloguer, evidence, scene).flatMap((found) => {
        const reason = whyNotListed(found);
        if (reason !== undefined) report(found.occurrences[0]?.path.split('!', 1)[0] ?? '', reason);
        return reason === undefined ? [{ cataloguer: cataloguer.name, found: withoutSecrets(found) }] : [];
      });
    });
  return {
    subject,
    os,
    packages: consolidate(
      findings,
      scan.layers.map(({ digest }) => digest),
    ),
    layers: scan.layers,
    unknowns: sortUnknowns(unknowns),
  };
}

/** What a cataloguer makes of its evidence. Where it fails all of that is unknown, and nothing else is lost. */
function assemble<Facts>(
  cataloguer: Cataloguer<Facts>,
  evidence: readonly Evidence<Facts>[],
  scene: Scene,
): readonly FoundPackage[] {
  try {
    return cataloguer.assemble(evidence, scene);
  } catch (error) {
    const fact = isNativeError(error) ? oneLine(error.message) : 'for an unknown reason';
    for (const { path } of evidence.slice(0, MAX_UNKNOWNS)) {
      scene.report(path, `No packages could be made of it: ${fact}`);
    }
    return [];
  }
}

/** What a cataloguer read: the scan keeps it under the cataloguer's name, so the facts are of its kind. */
function evidenceOf<Facts>(scan: Scan, { name }: Cataloguer<Facts>): readonly Evidence<Facts>[] {
  return (scan.evidence.get(name) ?? []) as readonly Evidence<Facts>[];
}

/** By path, then by who wanted it; the same words once. */
function sortUnknowns(unknowns: readonly Unknown[]): readonly Unknown[] {
  const byText = new Map(
    unknowns.map((one) => [[one.path, one.by, one.layer ?? '', one.reason].join('\0'), one]),
  );
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
