/** Longer than anything on loopback takes, shorter than Jest's own patience: so that the failure names its line. */
const SOON_MILLISECONDS = 4_000;

/** Waits for what the kernel or the other end brings about in its own time. */
export async function expectSoon(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + SOON_MILLISECONDS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not soon: ${isSo}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
