import { isAbsolute, relative } from 'node:path';

/** A path as later steps write it: from the workspace, and whole where it lies elsewhere. */
export function fromWorkspace(path: string, workspace: string): string {
  const short = relative(workspace, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short.replaceAll('\\', '/');
}
