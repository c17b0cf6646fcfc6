import type { ActionSpec, InputSpec, OutputSpec } from '@artifact-lifecycle/core/action';
import { stringify } from 'yaml';

const HEADER =
  '# Types of inputs and outputs, in the format of github.com/typesafegithub/github-actions-typing.\n' +
  '# Generated from src/inputs.ts by `npm run generate`; change it there.\n';

/** Renders an action's `action-types.yml`, from which typed bindings of actions are made. */
export function renderActionTypes(action: ActionSpec): string {
  const inputs = Object.entries(action.inputs).map(([name, input]) => [name, inputType(input)] as const);
  const outputs = Object.entries(action.outputs).map(([name, output]) => [name, outputType(output)] as const);
  return (
    HEADER +
    stringify(
      { inputs: Object.fromEntries(inputs), outputs: Object.fromEntries(outputs) },
      { lineWidth: 0, blockQuote: false },
    )
  );
}

function inputType(input: InputSpec): object {
  switch (input.kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer' };
    case 'enum':
      return { type: 'enum', 'allowed-values': input.allowed };
    case 'list':
      return { type: 'list', separator: '\n', 'list-item': { type: 'string' } };
    default:
      return { type: 'string' };
  }
}

function outputType(output: OutputSpec): object {
  switch (output.kind) {
    case 'boolean':
    case 'integer':
      return { type: output.kind };
    case 'lines':
      return { type: 'list', separator: '\n', 'list-item': { type: 'string' } };
    default:
      return { type: 'string' };
  }
}
