import type { ActionSpec } from '@artifact-lifecycle/core/action';
import { stringify } from 'yaml';
import { describeInput, runnerDefault } from './input-text.ts';

const HEADER = '# Generated from src/inputs.ts by `npm run generate`; change it there.\n';

/** Who made it, as the marketplace shows. */
const AUTHOR = 'The artifact-lifecycle authors';

/** Renders an action's `action.yml`. */
export function renderActionMetadata(action: ActionSpec): string {
  const inputs = Object.entries(action.inputs).map(([name, input]) => {
    const value = runnerDefault(input);
    return [
      name,
      {
        description: describeInput(input),
        required: input.required === true,
        ...(value !== undefined && { default: value }),
      },
    ] as const;
  });
  const outputs = Object.entries(action.outputs).map(
    ([name, { description }]) => [name, { description }] as const,
  );
  return (
    HEADER +
    stringify(
      {
        name: action.title,
        description: action.description,
        author: AUTHOR,
        branding: { icon: action.branding.icon, color: action.branding.color },
        inputs: Object.fromEntries(inputs),
        outputs: Object.fromEntries(outputs),
        // The runner resolves it against the action's folder; dist holds one bundle an action.
        runs: { using: 'node24', main: `../../dist/${action.name}/index.js` },
      },
      { lineWidth: 0 },
    )
  );
}
