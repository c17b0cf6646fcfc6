import type { Cataloguer, Evidence } from '../cataloguers/cataloguer.ts';
import type { Unknown } from '../inventory/unknown.ts';
import { comparePaths } from './entry-path.ts';
import type { LayerFinding } from './hard-links.ts';
import type { LayerContents } from './layer-contents.ts';
import type { LayerStack } from './layer-stack.ts';

/** What was read, once it is known what is there in the end. */
export interface Merged {
  readonly evidence: ReadonlyMap<string, readonly Evidence<unknown>[]>;
  readonly unknowns: readonly Unknown[];
}

/** Keeps what was read of files that are there in the end, and what lower layers had for those who ask for it. */
export function mergeLayers(
  layers: readonly LayerContents[],
  linked: readonly LayerFinding[],
  stack: LayerStack,
  cataloguers: readonly Cataloguer<unknown>[],
): Merged {
  const byPath = gatherFindings(layers, linked, stack, cataloguers.length);
  const digestOf = (layer: number): string | undefined => layers[layer]?.summary.digest;
  const unknowns: Unknown[] = layers.flatMap(({ passedOver, summary }) =>
    passedOver.map(({ path, reason }) => ({ path, layer: summary.digest, by: 'reading', reason })),
  );
  const evidence = new Map<string, readonly Evidence<unknown>[]>();
  for (const [by, { name, keepsEarlier }] of cataloguers.entries()) {
    const list: Evidence<unknown>[] = [];
    for (const [path, findings] of byPath[by] ?? []) {
      const last = findings.at(-1);
      if (last === undefined || stack.isHidden(last.layer, path)) continue;
      const layer = digestOf(last.layer);
      for (const reason of last.finding.reasons) unknowns.push({ path, layer, by: name, reason });
      if (last.finding.facts === undefined) continue;
      const below = keepsEarlier === true ? findings.slice(0, -1) : [];
      const earlier = below
        .filter(({ finding }) => finding.facts !== undefined)
        .map((one) => ({ layer: digestOf(one.layer), facts: one.finding.facts }));
      list.push({ path, layer, facts: last.finding.facts, earlier });
    }
    evidence.set(
      name,
      list.sort((one, other) => comparePaths(one.path, other.path)),
    );
  }
  return { evidence, unknowns: unknowns.sort(compareUnknowns) };
}

/** By cataloguer and real path, one of each layer, from the base up. */
function gatherFindings(
  layers: readonly LayerContents[],
  linked: readonly LayerFinding[],
  stack: LayerStack,
  cataloguers: number,
): readonly ReadonlyMap<string, readonly LayerFinding[]>[] {
  const byPath = Array.from({ length: cataloguers }, () => new Map<string, LayerFinding[]>());
  const ofLayers = layers.flatMap(({ findings }, layer) =>
    [...findings.values()].flat().map((finding) => ({ layer, finding })),
  );
  for (const one of [...ofLayers, ...linked]) {
    const path = stack.realPath(one.layer, one.finding.path);
    const there = byPath[one.finding.by]?.get(path) ?? [];
    const same = there.findIndex(({ layer }) => layer === one.layer);
    const other = there[same];
    if (other === undefined) there.push(one);
    else if (other.finding.order < one.finding.order) there[same] = one;
    byPath[one.finding.by]?.set(path, there);
  }
  for (const paths of byPath) {
    for (const findings of paths.values()) findings.sort((one, other) => one.layer - other.layer);
  }
  return byPath;
}

/** The same order in every run. */
export function compareUnknowns(one: Unknown, other: Unknown): number {
  return (
    comparePaths(one.path, other.path) ||
    comparePaths(one.by, other.by) ||
    comparePaths(one.layer ?? '', other.layer ?? '') ||
    comparePaths(one.reason, other.reason)
  );
}
