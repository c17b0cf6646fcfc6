import { ERROR_CODES } from '@artifact-lifecycle/core';

/** Renders the page of error codes; each code is a heading, so that it can be linked to. */
export function renderErrorCodes(): string {
  const sections = Object.entries(ERROR_CODES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { meaning, remedy }]) =>
        `## ${code}\n\n${meaning}\n\nWhat to do, where the error itself says nothing better: ${remedy}\n`,
    );
  return [
    '<!-- Generated from packages/core/src/errors.ts by `npm run generate`; change it there. -->\n',
    '# Error codes\n',
    'An action that fails sets the output `error-code` to one of these, and says in its log and summary what exactly happened and what to do about it. The output `json` holds the same under `error`: `code`, `message`, `remedy`.\n',
    'A workflow can branch on the code, in a step that has `continue-on-error: true`:\n',
    "```yaml\n- if: steps.promote.outputs.error-code == 'TAG_EXISTS'\n  run: echo 'published before'\n```\n",
    ...sections,
  ].join('\n');
}
