import type { Journey } from './journey.ts';
import { forEach, type Transfer } from './transfer.ts';

/**
 * Writes manifests by their digests, level by level: children before their index, subjects before their
 * referrers. So whatever manifest is found at a destination, all that it names is there, too.
 */
export async function copyManifests(journey: Journey, transfer: Transfer): Promise<void> {
  const { destination, tally } = transfer;
  for (const level of journey.plan.levels) {
    const left = level.filter(({ digest }) => !journey.hasWritten(digest));
    await forEach(left, transfer, async (manifest, signal) => {
      await destination.pushManifest(manifest, { signal });
      tally.manifest();
      journey.wrote(manifest.digest);
    });
  }
}
