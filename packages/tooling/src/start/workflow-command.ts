/** What a line of a step's log is to the runner, and so to a person who reads along without one. */
export type LogLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly title: string }
  | {
      readonly kind: 'annotation';
      readonly level: 'error' | 'warning' | 'notice';
      readonly title: string;
      readonly text: string;
    }
  /** Masks, debug texts and the ends of groups: the runner never shows them. */
  | { readonly kind: 'hidden' };

const COMMAND = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/;
const LEVELS = ['error', 'warning', 'notice'] as const;

/** Reads a line as the runner does (actions/runner, ActionCommand.cs). A mask holds a secret, and is hidden. */
export function readLogLine(line: string): LogLine {
  const match = COMMAND.exec(line);
  if (match === null) return { kind: 'text', text: line };
  const [, command = '', properties = '', data = ''] = match;
  const level = LEVELS.find((name) => name === command);
  if (level !== undefined) {
    const title = properties.split(',').find((property) => property.startsWith('title='));
    return {
      kind: 'annotation',
      level,
      title: decode(title?.slice('title='.length) ?? level),
      text: decode(data),
    };
  }
  return command === 'group' ? { kind: 'group', title: decode(data) } : { kind: 'hidden' };
}

function decode(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
