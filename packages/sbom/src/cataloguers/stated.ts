/** What is said of something, by name: without what is empty or unknown. */
export function stated(
  facts: Readonly<Record<string, string | undefined>> | readonly (readonly [string, string | undefined])[],
): Readonly<Record<string, string>> {
  const pairs: readonly (readonly [string, string | undefined])[] = Array.isArray(facts)
    ? facts
    : Object.entries(facts);
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
