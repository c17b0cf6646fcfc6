import { readFile } from 'node:fs/promises';

/**
 * Reads a file that a step wrote for the runner: `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_STATE`. Each entry is
 * `name=value`, or `name<<DELIMITER`, lines, `DELIMITER` (actions/runner, FileCommandManager.cs).
 *
 * @throws Error where the runner would fail the step: a line that is neither, a delimiter that never comes
 */
export async function readFileCommand(path: string): Promise<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>();
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      entries.set(line.slice(0, equals), line.slice(equals + 1));
      continue;
    }
    if (heredoc <= 0) throw new Error(`${path}, line ${at + 1}: neither "name=value" nor "name<<delimiter"`);
    const delimiter = line.slice(heredoc + 2);
    const end = lines.indexOf(delimiter, at + 1);
    if (delimiter === '' || end < 0)
      throw new Error(`${path}, line ${at + 1}: "${delimiter}" never comes again`);
    entries.set(line.slice(0, heredoc), lines.slice(at + 1, end).join('\n'));
    at = end;
  }
  return entries;
}
