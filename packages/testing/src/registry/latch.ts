/** Holds something back until a test lets it go: the `until` of a `delay`, without any sleeping. */
export interface Latch {
  readonly until: Promise<void>;
  release(): void;
}

/** Makes a latch that is closed. */
export function makeLatch(): Latch {
  let release: () => void = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release: () => release() };
}
