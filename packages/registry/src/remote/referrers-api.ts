import type { Digest } from '../name/digest.ts';

/** An image of 100 platforms with all that is attached has some 1,100 manifests; what is beyond is only asked for twice. */
const MAX_SEEN_MANIFESTS = 10_000;

/** What came of asking for referrers: a list, nothing because there is no such API, or what says neither. */
type Answer = { readonly kind: 'listed' | 'absent' | 'unclear' };

/**
 * Whether one repository has the referrers API, so that it is not asked for a hundred sets of referrers that it cannot
 * list. That it has none, is believed of an answer about a manifest that was seen there: some answer 404 for others.
 */
export class ReferrersApi {
  readonly #seen = new Set<Digest>();
  #knowledge: 'unknown' | 'has' | 'lacks';
  #probe: Promise<unknown> | undefined;

  /** @param isKnown whether what kind of registry it is says that it has it. */
  constructor(isKnown: boolean) {
    this.#knowledge = isKnown ? 'has' : 'unknown';
  }

  /** Notes a manifest that the repository has. */
  saw(digest: Digest): void {
    if (this.#seen.size < MAX_SEEN_MANIFESTS) this.#seen.add(digest);
  }

  /** Asks, and lets those who would ask meanwhile wait for what the answer says; `undefined` where there is no API. */
  async ask<T extends Answer>(subject: Digest, ask: () => Promise<T>): Promise<T | undefined> {
    while (this.#knowledge === 'unknown' && this.#probe !== undefined) await this.#probe;
    if (this.#knowledge === 'lacks') return undefined;
    if (this.#knowledge === 'has') return ask();
    const probe = ask();
    const settled = probe.then(
      ({ kind }) => {
        this.#probe = undefined;
        if (kind === 'listed') this.#knowledge = 'has';
        if (kind === 'absent' && this.#seen.has(subject)) this.#knowledge = 'lacks';
      },
      () => {
        this.#probe = undefined;
      },
    );
    this.#probe = settled;
    const answer = await probe;
    await settled;
    return answer;
  }
}
