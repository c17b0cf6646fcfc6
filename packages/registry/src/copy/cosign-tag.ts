import type { Digest } from '../name/digest.ts';
import { type Manifest, namedByManifest } from '../oci/manifest.ts';
import { decideTag, type TagDecision } from './tag-decision.ts';

/** `kept`: what stands there holds all that the source's does, and more. */
export type CosignTagDecision = TagDecision | { readonly outcome: 'kept' };

/** What a decision about one of cosign's tags is made from. */
export interface CosignTagSituation {
  /** What the tag points to at the destination, and how to read it. */
  readonly current: Digest | undefined;
  readonly readCurrent: () => Promise<Manifest>;
  readonly wanted: Manifest;
  readonly isChannel: boolean;
}

/**
 * Decides about one of cosign's tags. It names no version but a list: cosign adds a signature by pushing a
 * manifest with one layer more and moving the tag to it. So it may move to a manifest that holds all the
 * present one does, and stays where the present one holds all the wanted one does; lists of which each
 * has what the other lacks are refused, since one of them would be lost.
 */
export async function decideCosignTag(situation: CosignTagSituation): Promise<CosignTagDecision> {
  const { current, wanted, isChannel } = situation;
  const decision = decideTag({ current, wanted: wanted.digest, isChannel });
  if (decision.outcome !== 'refused') return decision;
  const there = layersOf(await situation.readCurrent());
  const here = layersOf(wanted);
  if (holdsAll(there, here)) return { outcome: 'kept' };
  if (holdsAll(here, there)) return { outcome: 'moved', previous: decision.previous };
  return decision;
}

function layersOf({ content }: Manifest): ReadonlySet<Digest> {
  const layers = content.kind === 'image' ? content.layers : namedByManifest(content);
  return new Set(layers.map(({ digest }) => digest));
}

function holdsAll(whole: ReadonlySet<Digest>, part: ReadonlySet<Digest>): boolean {
  return [...part].every((digest) => whole.has(digest));
}
