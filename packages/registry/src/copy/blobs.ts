import type { Location } from '../name/location.ts';
import { sameLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { forEach, type Transfer } from './transfer.ts';

/**
 * Brings blobs to a destination, each once: nothing for one that is there, a mount from a repository of the
 * same host, else its bytes from the source, verified on the way.
 *
 * @param served destinations that have them by now.
 * @returns those that were mounted, as far as the registry says.
 */
export async function copyBlobs(
  blobs: readonly Descriptor[],
  served: readonly Location[],
  transfer: Transfer,
): Promise<readonly Descriptor[]> {
  const { source, destination, tally } = transfer;
  const mounted: Descriptor[] = [];
  const mountFrom = [source.location, ...served].filter((from) => isNeighbour(from, destination.location));
  await forEach(blobs, transfer, async (blob, signal) => {
    const outcome = await destination.pushBlob(
      blob,
      (offset, wanted) => source.openBlob(blob, offset, { signal: wanted }),
      { mountFrom, signal, onBytes: (count) => tally.sent(count) },
    );
    tally.blob(blob, outcome);
    if (outcome === 'mounted') mounted.push(blob);
  });
  return mounted;
}

/** Uploads blobs that a registry said it had mounted, and then did not have. */
export async function uploadMissing(blobs: readonly Descriptor[], transfer: Transfer): Promise<void> {
  const { source, destination, tally } = transfer;
  await forEach(blobs, transfer, async (blob, signal) => {
    tally.unmounted(blob);
    const outcome = await destination.pushBlob(
      blob,
      (offset, wanted) => source.openBlob(blob, offset, { signal: wanted }),
      { signal, onBytes: (count) => tally.sent(count) },
    );
    tally.blob(blob, outcome);
  });
}

/** Blobs are mounted between repositories of one host only. */
function isNeighbour(from: Location, to: Location): boolean {
  return (
    from.kind === 'registry' && to.kind === 'registry' && from.host === to.host && !sameLocation(from, to)
  );
}
