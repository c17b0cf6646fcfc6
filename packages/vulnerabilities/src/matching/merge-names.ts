import type { Advisory } from '../advisory/advisory.ts';
import { splitEcosystem } from '../advisory/package-name.ts';

/** Records that speak of one vulnerability. */
export interface Vulnerability {
  /** The name most people know. */
  readonly id: string;
  /** All other names and ids of records, sorted. */
  readonly aliases: readonly string[];
  /** Sorted by id. */
  readonly advisories: readonly Advisory[];
}

const CVE = /^CVE-/;
const GHSA = /^GHSA-/;

/**
 * Brings records together that speak of one vulnerability: by aliases, and by the upstream vulnerability that a
 * distribution's record is about, across as many records as it takes.
 *
 * A distribution's update that is about several CVEs is about several vulnerabilities. It joins none of them to
 * another, because a statement or an exception about one would silence all; it counts for each.
 */
export function mergeNames(advisories: readonly Advisory[]): readonly Vulnerability[] {
  const groups = new Groups();
  const updates = advisories.filter(isUpdate);
  const others = advisories.filter((advisory) => !isUpdate(advisory));
  for (const { id, aliases, upstream } of others) groups.join([id, ...aliases, ...upstream]);
  const recordsOf = new Map<string, Set<Advisory>>();
  const count = (name: string, advisory: Advisory): void => {
    const root = groups.rootOf(name);
    recordsOf.set(root, (recordsOf.get(root) ?? new Set()).add(advisory));
  };
  for (const advisory of others) count(advisory.id, advisory);
  for (const advisory of updates) for (const cve of cvesOf(advisory)) count(cve, advisory);
  const namesOf = groups.list();
  return [...recordsOf]
    .map(([root, records]) => describe(namesOf.get(root) ?? [root], [...records]))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describe(known: readonly string[], records: readonly Advisory[]): Vulnerability {
  const advisories = [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ids = advisories.map(({ id }) => id);
  // A record's own id rather than a name that only others use, where it is neither a CVE's nor GHSA's.
  const id =
    [CVE, GHSA].map((pattern) => known.find((name) => pattern.test(name))).find(Boolean) ?? ids[0] ?? '';
  const aliases = [...new Set([...known, ...ids])].filter((name) => name !== id).sort();
  return { id, aliases, advisories };
}

function cvesOf({ aliases, upstream }: Advisory): readonly string[] {
  return [...new Set([...aliases, ...upstream])].filter((name) => CVE.test(name));
}

function isUpdate(advisory: Advisory): boolean {
  const isDistribution =
    advisory.upstream.length > 0 ||
    advisory.affected.some(({ ecosystem }) => splitEcosystem(ecosystem).suffix !== undefined);
  return isDistribution && !CVE.test(advisory.id) && cvesOf(advisory).length > 1;
}

/** Names that mean the same, in groups (union-find). */
class Groups {
  readonly #parent = new Map<string, string>();

  rootOf(name: string): string {
    const path: string[] = [];
    let root = name;
    for (let next = this.#parent.get(root) ?? root; next !== root; next = this.#parent.get(root) ?? root) {
      path.push(root);
      root = next;
    }
    // What was walked leads straight to the root from now on, or chains of hostile aliases would take their square.
    for (const passed of path) this.#parent.set(passed, root);
    return root;
  }

  join(names: readonly string[]): void {
    const [first] = names;
    for (const name of names) {
      if (!this.#parent.has(name)) this.#parent.set(name, name);
      const [a, b] = [this.rootOf(first ?? name), this.rootOf(name)];
      if (a !== b) this.#parent.set(b, a);
    }
  }

  /** All names by the root of their group, sorted. */
  list(): ReadonlyMap<string, readonly string[]> {
    const groups = new Map<string, string[]>();
    for (const name of [...this.#parent.keys()].sort()) {
      const root = this.rootOf(name);
      const names = groups.get(root) ?? [];
      names.push(name);
      groups.set(root, names);
    }
    return groups;
  }
}
