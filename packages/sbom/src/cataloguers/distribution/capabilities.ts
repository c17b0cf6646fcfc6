/** What many packages provide (a font, a mail server) nobody needs of all: edges stay readable, and bounded. */
const MAX_PROVIDERS = 64;

/** A full desktop has some 200,000 provided names; a hostile database could fill the memory with more. */
const MAX_CAPABILITIES = 2_000_000;

/**
 * Names that packages provide, and by which others depend on them: their own, virtual packages, shared objects,
 * files. A distribution's package says what it needs, seldom which package that is.
 */
export class Capabilities {
  readonly #providers = new Map<string, string[]>();

  add(name: string, key: string): void {
    const providers = this.#providers.get(name);
    if (providers === undefined) {
      if (this.#providers.size < MAX_CAPABILITIES) this.#providers.set(name, [key]);
    } else if (providers.length < MAX_PROVIDERS && providers.at(-1) !== key) providers.push(key);
  }

  /** Keys of packages that provide it, in the order they were added. */
  providersOf(name: string): readonly string[] {
    return this.#providers.get(name) ?? [];
  }
}

/** What a package depends on, and whether all it needs is there. */
export interface Dependencies {
  /** Sorted. */
  readonly dependsOn: readonly string[];
  readonly completeness: 'complete' | 'incomplete';
}

/**
 * Finds the packages that meet needs. Each need is a list of alternatives, each of them the keys of its providers;
 * every alternative that is installed is an edge, since nothing says which one is used.
 */
export function meet(key: string, needs: Iterable<readonly (readonly string[])[]>): Dependencies {
  const found = new Set<string>();
  let isComplete = true;
  for (const alternatives of needs) {
    let isMet = false;
    for (const providers of alternatives) {
      for (const provider of providers) {
        isMet = true;
        if (provider !== key) found.add(provider);
      }
    }
    isComplete &&= isMet;
  }
  return { dependsOn: [...found].sort(), completeness: isComplete ? 'complete' : 'incomplete' };
}
