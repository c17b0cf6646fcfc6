import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of the heap small in which V8 puts what is new. Nearly all that reading an image leaves behind is
 * buffers outside of the heap, freed only when that part is cleared: grown to its 32 MB, it is cleared so seldom that
 * the buffers add up to more than the heap. Measured on 1.2 GB in nine layers: 299 MB at the peak for 342 MB, and no
 * more CPU time.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
