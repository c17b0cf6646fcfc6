import { relative } from 'node:path';

/** What lies in the workspace is named from there, with slashes: later steps start there, too. */
export function shownPath(file: string, workspace: string): string {
  const inside = relative(workspace, file).replaceAll('\\', '/');
  return inside.startsWith('../') ? file : inside;
}
