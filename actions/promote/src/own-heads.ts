import { type Digest, formatLocation } from '@artifact-lifecycle/registry';
import type { DestinationHead } from './heads.ts';
import type { JudgedPromotion } from './judged-promotion.ts';

/** A head before this run, and as it has moved it. */
interface OwnMove {
  readonly base: Digest | undefined;
  readonly now: DestinationHead;
}

/**
 * The heads that this run has moved itself: where several images come into one environment, each follows the one before,
 * and what others have moved meanwhile is still found out.
 */
export class OwnHeads {
  readonly #moves = new Map<string, OwnMove>();

  /** A promotion that stands on what this run has done since it was judged. */
  follow<T extends JudgedPromotion>(one: T): T {
    const { request, heads } = one;
    if (heads === undefined) return one;
    return {
      ...one,
      heads: heads.map((head) => {
        const move = this.#moves.get(keyOf(request.to?.name, head));
        return move !== undefined && move.base === head.manifest ? move.now : head;
      }),
    };
  }

  /** Notes what a promotion, as it was judged, has moved. */
  note({ request, heads = [] }: JudgedPromotion, moved: readonly DestinationHead[]): void {
    const bases = new Map(heads.map((head) => [keyOf(request.to?.name, head), head.manifest]));
    for (const now of moved) {
      const key = keyOf(request.to?.name, now);
      const known = this.#moves.get(key);
      this.#moves.set(key, { base: known === undefined ? bases.get(key) : known.base, now });
    }
  }
}

function keyOf(environment: string | undefined, { registry }: DestinationHead): string {
  return JSON.stringify([environment, formatLocation(registry.location)]);
}
