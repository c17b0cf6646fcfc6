/** Labels that all images have with one value, and above them what the index says itself. */
export function sharedLabels(
  labels: readonly Readonly<Record<string, string>>[],
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [first = {}, ...others] = labels;
  const shared = Object.entries(first).filter(([key, value]) =>
    others.every((other) => Object.hasOwn(other, key) && other[key] === value),
  );
  return Object.fromEntries([...shared, ...Object.entries(annotations)]);
}
