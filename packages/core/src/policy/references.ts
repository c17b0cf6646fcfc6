import { nearest } from '../nearest.ts';
import type { ValuePath } from './positions.ts';
import { quote } from './problem.ts';
import type { SourceEntry, SourceNode } from './source-node.ts';

/** With more environments a suggestion is not worth comparing all names with all. */
const MAX_COMPARED = 200;

/** So much of a cycle is shown. */
const MAX_SHOWN = 10;

const NO_ENTRIES: ReadonlyMap<string, SourceEntry> = new Map();

/** What is wrong at a path of the document. */
export interface PathProblem {
  readonly path: ValuePath;
  readonly message: string;
}

/**
 * Checks what one part of the policy says about another: the environments that `promote-from` and retention
 * classes name exist, and no way of promotions leads back to itself.
 *
 * Reads the text's tree and not the parsed policy, so that these mistakes are told together with all others.
 */
export function checkReferences(root: SourceNode): readonly PathProblem[] {
  const environments = root.entries?.get('environments')?.node.entries ?? NO_ENTRIES;
  const known = [...environments.keys()];
  const steps = known.flatMap((name) => promotionSteps(name, environments.get(name)?.node));
  const problems = steps
    .filter(({ from }) => !environments.has(from))
    .map(({ path, from }) => ({ path, message: unknownEnvironment(from, known) }));
  return [...problems, ...findCycles(known, steps), ...checkClasses(root, known)];
}

/** One arrow of the promotion graph, and where it is written. */
interface PromotionStep {
  readonly from: string;
  readonly to: string;
  readonly path: ValuePath;
}

function promotionSteps(to: string, environment: SourceNode | undefined): readonly PromotionStep[] {
  const node = environment?.entries?.get('promote-from')?.node;
  const path = ['environments', to, 'promote-from'];
  const sources = node?.items ?? (node === undefined ? [] : [node]);
  return sources.flatMap(({ data }, index) =>
    typeof data === 'string'
      ? [{ from: data, to, path: node?.items === undefined ? path : [...path, index] }]
      : [],
  );
}

/**
 * Finds environments that would need to be promoted from themselves; each cycle is told once, at one of its
 * `promote-from`.
 */
function findCycles(known: readonly string[], steps: readonly PromotionStep[]): readonly PathProblem[] {
  const caught = withoutReachable(known, steps);
  // What is left after taking away all that can be reached has a source among what is left.
  const leftOf = new Map(steps.filter(({ from }) => caught.has(from)).map((step) => [step.to, step]));
  const visited = new Set<string>();
  const problems: PathProblem[] = [];
  for (const start of caught) {
    const walk: PromotionStep[] = [];
    let at = start;
    while (!visited.has(at)) {
      visited.add(at);
      const step = leftOf.get(at);
      if (step === undefined) break;
      walk.push(step);
      at = step.from;
    }
    const cycle = walk.slice(walk.findIndex(({ to }) => to === at));
    const [first] = cycle;
    if (first === undefined || first.to !== at) continue;
    const names = [...cycle.map(({ to }) => to), at].map(quote).reverse();
    const shown = names.length > MAX_SHOWN ? [...names.slice(0, MAX_SHOWN), '…'] : names;
    problems.push({ path: first.path, message: `leads back to where it starts: ${shown.join(' → ')}` });
  }
  return problems;
}

/** Takes away, again and again, the environments all of whose sources are taken away; gives the rest. */
function withoutReachable(known: readonly string[], steps: readonly PromotionStep[]): ReadonlySet<string> {
  const rest = new Set(known);
  const open = new Map(known.map((name) => [name, 0]));
  const targets = new Map<string, string[]>(known.map((name) => [name, []]));
  for (const { from, to } of steps) {
    if (!rest.has(from)) continue;
    open.set(to, (open.get(to) ?? 0) + 1);
    targets.get(from)?.push(to);
  }
  const free = known.filter((name) => open.get(name) === 0);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    rest.delete(name);
    for (const target of targets.get(name) ?? []) {
      const left = (open.get(target) ?? 0) - 1;
      open.set(target, left);
      if (left === 0) free.push(target);
    }
  }
  return rest;
}

function checkClasses(root: SourceNode, known: readonly string[]): readonly PathProblem[] {
  const classes = root.entries?.get('retention')?.node.entries?.get('classes')?.node.entries ?? NO_ENTRIES;
  return Array.from(classes).flatMap(([name, { node }]) => {
    const named = node.entries?.get('match')?.node.entries?.get('environment')?.node.data;
    if (typeof named !== 'string' || known.includes(named)) return [];
    const path = ['retention', 'classes', name, 'match', 'environment'];
    return [{ path, message: unknownEnvironment(named, known) }];
  });
}

function unknownEnvironment(name: string, known: readonly string[]): string {
  const meant = nearest(name, known.slice(0, MAX_COMPARED));
  const hint = meant === undefined ? '' : `. Did you mean ${quote(meant)}?`;
  return `names the environment ${quote(name)}, which the policy does not have${hint}`;
}
