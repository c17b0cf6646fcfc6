/** What is made where docker/metadata-action makes something else, on purpose. */
export type Difference =
  | { readonly reason: string; readonly error: RegExp }
  | { readonly reason: string; readonly tagNames: readonly string[] };

/** The cases of the truth data that we differ from, by suite and id. */
export const DELIBERATE_DIFFERENCES: ReadonlyMap<string, Difference> = new Map<string, Difference>([
  [
    'extra/quirk-too-long',
    {
      reason: 'A tag of 134 characters is refused by every registry: an error that names its row.',
      error: /characters, which is no tag/,
    },
  ],
  [
    'extra/quirk-html-escape-branch',
    { reason: 'Tags are no HTML: the branch a&b is a-b whichever rule writes it.', tagNames: ['a-b'] },
  ],
  ['extra/quirk-latest-dup', { reason: 'The same reference twice says nothing more.', tagNames: ['latest'] }],
]);
