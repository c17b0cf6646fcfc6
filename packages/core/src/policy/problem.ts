import { type ErrorCode, SuiteError } from '../errors.ts';

/** More is not listed: who has made this many mistakes mends these first. GitHub shows 10 annotations a step. */
const MAX_LISTED_PROBLEMS = 20;

/** Quoted values are cut here, so that a message stays a message. */
const MAX_QUOTED_LENGTH = 80;

/** What is wrong at one place of a text. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** A sentence without a full stop. */
  readonly message: string;
}

/** The text that is read, as its errors name it. */
export interface Source {
  /** `.github/artifact-lifecycle.yml`, or an input's name. */
  readonly name: string;
  /** An input is no file: its errors carry no position that an annotation could point to. */
  readonly kind: 'file' | 'input';
}

/** Puts a value from outside into a message: in quotes, without control characters, cut when long. */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text;
  // JSON leaves the controls from U+007F and the marks that turn text around (bidi) as they are.
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '�');
}

/** The error of a text that has problems: all of them listed in order of place, the first one's position. */
export function problemsError(source: Source, problems: readonly Problem[]): SuiteError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted
    .slice(0, MAX_LISTED_PROBLEMS)
    .map(
      ({ line, column, message }) =>
        `${source.name}:${line}:${column}: ${message}${/[.?!]$/.test(message) ? '' : '.'}`,
    );
  const more = sorted.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more.`);
  const [first] = sorted;
  const message =
    sorted.length === 1
      ? lines.join('')
      : `${source.name} has ${sorted.length} mistakes:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  const code: ErrorCode = source.kind === 'file' ? 'POLICY_INVALID' : 'INPUT_INVALID';
  const remedy =
    sorted.length === 1 ? 'Correct the line that is named.' : 'Correct the lines that are named.';
  return new SuiteError(code, message, {
    remedy,
    ...(source.kind === 'file' && first !== undefined
      ? { position: { file: source.name, line: first.line, column: first.column } }
      : {}),
  });
}
