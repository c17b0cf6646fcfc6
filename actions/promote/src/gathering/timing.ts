import { judgeSoak, judgeWindow, type SoakEntry } from '@artifact-lifecycle/gates';
import type { Gatherer } from './scene.ts';

/** Gate `window`. */
export const gatherWindow: Gatherer<'window'> = async (settings, { now }) => judgeWindow(settings, now);

/** Gate `soak`: since the artifact came into the environment before. */
export const gatherSoak: Gatherer<'soak'> = async (settings, { records, now }) => {
  const entries = (await records.arrivals()).map(
    ({ record, manifest, signedAt }): SoakEntry => ({
      environment: record.environment ?? '',
      record: manifest,
      signedAt,
    }),
  );
  // Of several environments before, the one that it has been in longest.
  const [entry] = entries.toSorted(
    (a, b) => (a.signedAt ?? Number.POSITIVE_INFINITY) - (b.signedAt ?? Number.POSITIVE_INFINITY),
  );
  return judgeSoak(settings, { entry, now });
};
