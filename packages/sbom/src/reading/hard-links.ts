import { baseOf } from './entry-path.ts';
import type { Wants } from './file-matcher.ts';
import type { Finding } from './finding.ts';
import { type HardLink, type LayerContents, readKey } from './layer-contents.ts';
import type { ReadingTools } from './layer-reader.ts';
import type { LayerStack } from './layer-stack.ts';
import type { LayerSource, LayerStreamOptions } from './layer-stream.ts';
import { MAX_LINK_ROUNDS } from './limits.ts';
import { LinkReader, type LinkRequest } from './link-reader.ts';
import { walkLayer } from './read-layer.ts';

/** A finding of a layer. */
export interface LayerFinding {
  readonly layer: number;
  readonly finding: Finding;
}

/** The layers of an image, and how to read one again. */
export interface ReadLayers {
  readonly contents: readonly LayerContents[];
  readonly sources: readonly LayerSource[];
  readonly stack: LayerStack;
  readonly tools: ReadingTools;
}

/** Where the content of a request is looked for. */
interface Target {
  readonly layer: number;
  readonly path: string;
}

/**
 * Finds out about wanted files that are hard links. What was read of the target holds for the link, too; a target
 * that streamed by unwanted (npm's cache, pnpm's store) is read in a second pass of its layer.
 */
export async function readHardLinks(
  layers: ReadLayers,
  options: LayerStreamOptions,
): Promise<readonly LayerFinding[]> {
  const found: LayerFinding[] = [];
  let requests = new Map<LinkRequest, readonly Target[]>();
  for (const [layer, { hardLinks }] of layers.contents.entries()) {
    for (const link of hardLinks.values()) {
      if (!isOfUse(layers, layer, link)) continue;
      const targets = findTargets(layers, layer, link.target);
      const { findings, wants } = share(layers, link, targets);
      found.push(...findings.map((finding) => ({ layer, finding })));
      if (wants.length > 0) requests.set({ layer, link, wants }, targets);
    }
  }
  for (let round = 1; requests.size > 0; round++) {
    const further = new Map<LinkRequest, readonly Target[]>();
    const isLast = round === MAX_LINK_ROUNDS;
    const done = await readTargets(layers, requests, options);
    for (const [request, outcome] of done) {
      const { layer } = request;
      if (outcome.target !== undefined && !isLast) {
        further.set(request, findTargets(layers, outcome.layer, outcome.target));
      } else {
        const findings = outcome.findings ?? unread(request, isLast && outcome.target !== undefined);
        found.push(...findings.map((finding) => ({ layer, finding })));
      }
    }
    requests = further;
  }
  return found;
}

/** Whether a link is there in the end, or somebody asks for what was there before. */
function isOfUse({ stack, tools }: ReadLayers, layer: number, { path, wants }: HardLink): boolean {
  if (!stack.isHidden(layer, stack.realPath(layer, path))) return true;
  return wants.some((by) => tools.cataloguers[by]?.keepsEarlier === true);
}

/** Where a target may lie: in the highest layer that has it, else in the lowest, of which nobody knows. */
function findTargets({ stack }: ReadLayers, from: number, path: string): readonly Target[] {
  const real = stack.realTarget(from, path);
  for (let layer = from; layer > 0; layer--) {
    const names = stack.namesOf(layer, real).filter((name) => stack.has(layer, name));
    if (names.length > 0) return names.map((name) => ({ layer, path: name }));
  }
  return [...new Set([path, ...stack.namesOf(0, real)])].map((name) => ({ layer: 0, path: name }));
}

/** What is known of a target already, and who has to read it yet. */
function share(
  { contents, tools }: ReadLayers,
  link: HardLink,
  targets: readonly Target[],
): { readonly findings: readonly Finding[]; readonly wants: Wants } {
  const findings: Finding[] = [];
  const wants = link.wants.filter((by) => {
    // A cataloguer may go by the name; of executables it is told the content.
    const alike = targets.filter(
      ({ path }) => baseOf(path) === baseOf(link.path) || tools.matcher.executables.includes(by),
    );
    const known = alike
      .flatMap(({ layer, path }) => contents[layer]?.findings.get(path) ?? [])
      .filter((finding) => finding.by === by)
      .toSorted((one, other) => one.order - other.order)
      .at(-1);
    if (known !== undefined) findings.push({ ...known, path: link.path, order: link.order });
    const isRead = alike.some(({ layer, path }) => contents[layer]?.read.has(readKey(by, path)) === true);
    return known === undefined && !isRead;
  });
  return { findings, wants };
}

/** What came of a request: findings, or what its target is a link to, or nothing where it is not there. */
interface Outcome {
  readonly layer: number;
  readonly findings: readonly Finding[] | undefined;
  readonly target: string | undefined;
}

async function readTargets(
  { sources, tools }: ReadLayers,
  requests: ReadonlyMap<LinkRequest, readonly Target[]>,
  options: LayerStreamOptions,
): Promise<ReadonlyMap<LinkRequest, Outcome>> {
  const byLayer = new Map<number, Map<string, LinkRequest[]>>();
  for (const [request, targets] of requests) {
    for (const { layer, path } of targets) {
      const ofLayer = byLayer.get(layer) ?? new Map<string, LinkRequest[]>();
      byLayer.set(layer, ofLayer);
      ofLayer.set(path, [...(ofLayer.get(path) ?? []), request]);
    }
  }
  const outcomes = new Map<LinkRequest, Outcome>();
  for (const [layer, targets] of [...byLayer].sort(([one], [other]) => one - other)) {
    const source = sources[layer];
    if (source === undefined) continue;
    const reader = new LinkReader(targets, tools);
    try {
      await walkLayer(source, reader, options);
    } finally {
      reader.close();
    }
    for (const request of new Set([...targets.values()].flat())) {
      const [findings, target] = [reader.findings.get(request), reader.further.get(request)];
      outcomes.set(request, { layer, findings, target });
    }
  }
  return outcomes;
}

function unread({ link, wants }: LinkRequest, isChain: boolean): readonly Finding[] {
  const { path, target, order } = link;
  const fact = isChain ? 'which is a link again, and again' : 'which is not there';
  const reasons = [`It is a hard link to ${JSON.stringify(target.slice(0, 200))}, ${fact}.`];
  return wants.map((by) => ({ path, by, facts: undefined, reasons, order }));
}
