import type { PlannedDeletion } from '../plan/plan.ts';

/**
 * Splits a plan's deletions into parts that have nothing to do with each other, each in the order of the plan; the
 * parts in the order of their first.
 */
export function splitComponents(items: readonly PlannedDeletion[]): readonly (readonly PlannedDeletion[])[] {
  const leaders = items.map((_, at) => at);
  const leaderOf = (at: number): number => {
    let leader = at;
    for (let next = leaders[leader] ?? leader; next !== leader; next = leaders[leader] ?? leader) {
      // Halving the way keeps the next search short.
      leaders[leader] = leaders[next] ?? next;
      leader = next;
    }
    return leader;
  };
  const places = new Map(items.map(({ id }, at) => [id, at]));
  items.forEach(({ after = [] }, at) => {
    for (const id of after) {
      const other = places.get(id);
      if (other === undefined) continue;
      const [a, b] = [leaderOf(at), leaderOf(other)];
      leaders[Math.max(a, b)] = Math.min(a, b);
    }
  });
  const parts = new Map<number, PlannedDeletion[]>();
  items.forEach((item, at) => {
    const leader = leaderOf(at);
    const part = parts.get(leader);
    if (part === undefined) parts.set(leader, [item]);
    else part.push(item);
  });
  return [...parts.values()];
}
