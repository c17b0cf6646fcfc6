import type { InputSpec } from '@artifact-lifecycle/core/action';

/** The default as the runner gets it, or `undefined` where the action finds it itself or there is none. */
export function runnerDefault(input: InputSpec): string | undefined {
  const value = input.default;
  if (value === undefined) return undefined;
  if (typeof value !== 'object') return String(value);
  if ('expression' in value) return value.expression;
  return 'derived' in value ? undefined : value.join('\n');
}

/** The default for people, in Markdown. */
export function describeDefault(input: InputSpec): string {
  if (input.required === true) return '**required**';
  if (typeof input.default === 'object' && 'derived' in input.default) return input.default.derived;
  const text = runnerDefault(input);
  return text === undefined || text === ''
    ? ''
    : text
        .split('\n')
        .map((line) => `\`${line}\``)
        .join(', ');
}

/** The description with what is allowed, where the description itself does not name each word. */
export function describeInput(input: InputSpec): string {
  const sentences = [input.description];
  if (input.kind === 'list' || input.kind === 'enum-or-list') {
    sentences.push(input.commas === true ? 'One a line, or separated by commas.' : 'One a line.');
  }
  if ('allowed' in input && !input.allowed.every((word) => input.description.includes(`\`${word}\``))) {
    sentences.push(`Allowed: ${input.allowed.map((word) => `\`${word}\``).join(', ')}.`);
  }
  if (input.kind === 'integer') sentences.push(...describeRange(input.min, input.max));
  if (input.kind === 'duration') sentences.push('An age such as `24h`, `90d` or `2y`.');
  return sentences.join(' ');
}

function describeRange(min: number | undefined, max: number | undefined): readonly string[] {
  if (min !== undefined && max !== undefined) return [`From ${min} to ${max}.`];
  if (min !== undefined) return [`At least ${min}.`];
  return max === undefined ? [] : [`At most ${max}.`];
}
