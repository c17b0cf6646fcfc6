import type { Location } from '../name/location.ts';
import { sameLocation } from '../name/reference.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { BlobOutcome } from '../registry.ts';
import { forEach, type Transfer } from './transfer.ts';

/**
 * Brings blobs to a destination, each once: nothing for one that is there, a mount from a repository of the
 * same host, else its bytes from the source, verified on the way.
 *
 * @param served destinations that have them by now.
 * @returns what was said of those whose bytes were not sent.
 */
export async function copyBlobs(
  blobs: readonly Descriptor[],
  served: readonly Location[],
  transfer: Transfer,
): Promise<readonly UnsentBlob[]> {
  const { source, destination, tally } = transfer;
  const unsent: UnsentBlob[] = [];
  const mountFrom = [source.location, ...served].filter((from) => isNeighbour(from, destination.location));
  await forEach(blobs, transfer, async (blob, signal) => {
    const outcome = await destination.pushBlob(
      blob,
      (offset, wanted) => source.openBlob(blob, offset, { signal: wanted }),
      { mountFrom, signal, onBytes: (count) => tally.sent(count) },
    );
    tally.blob(blob, outcome);
    if (outcome !== 'uploaded') unsent.push({ blob, outcome });
  });
  return unsent;
}

/** A blob that was left where it is said to be. */
export interface UnsentBlob {
  readonly blob: Descriptor;
  readonly outcome: Exclude<BlobOutcome, 'uploaded'>;
}

/** Looks again for blobs of which a registry said that it has them, and uploads those that it does not have. */
export async function uploadMissing(blobs: readonly UnsentBlob[], transfer: Transfer): Promise<void> {
  const { source, destination, tally } = transfer;
  await forEach(blobs, transfer, async ({ blob, outcome: said }, signal) => {
    tally.takeBack(blob, said);
    const outcome = await destination.pushBlob(
      blob,
      (offset, wanted) => source.openBlob(blob, offset, { signal: wanted }),
      { distrusts: true, signal, onBytes: (count) => tally.sent(count) },
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
