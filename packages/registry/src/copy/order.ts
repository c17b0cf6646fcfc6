import { SuiteError } from '@artifact-lifecycle/core';
import type { Digest } from '../name/digest.ts';
import type { CopyGraph, GraphManifest } from './graph.ts';

/**
 * Orders manifests so that each comes after all it needs: children before their index, subjects before their
 * referrers. What stands in one level may be written at the same time. Within a level the order is that of
 * the digests, so that the same graph gives the same plan.
 *
 * @throws SuiteError `CONTENT_INVALID` where manifests need each other in a circle, which only digests that
 *   are none can bring about
 */
export function orderManifests(graph: CopyGraph): readonly (readonly GraphManifest[])[] {
  const waitingFor = new Map<Digest, number>();
  const neededBy = new Map<Digest, Digest[]>();
  for (const [digest, { needs }] of graph.manifests) {
    const known = [...needs].filter((need) => graph.manifests.has(need));
    waitingFor.set(digest, known.length);
    for (const need of known) neededBy.set(need, [...(neededBy.get(need) ?? []), digest]);
  }
  const levels: (readonly GraphManifest[])[] = [];
  let ready = [...waitingFor].filter(([, count]) => count === 0).map(([digest]) => digest);
  let ordered = 0;
  while (ready.length > 0) {
    levels.push(ready.toSorted().flatMap((digest) => graph.manifests.get(digest) ?? []));
    ordered += ready.length;
    const next: Digest[] = [];
    for (const dependent of ready.flatMap((digest) => neededBy.get(digest) ?? [])) {
      const left = (waitingFor.get(dependent) ?? 0) - 1;
      waitingFor.set(dependent, left);
      if (left === 0) next.push(dependent);
    }
    ready = next;
  }
  if (ordered === graph.manifests.size) return levels;
  throw new SuiteError('CONTENT_INVALID', 'The manifests of the image need each other in a circle.');
}
