import type { SuiteError } from '../errors.ts';
import { formatPath, locate, locateKey, type ValuePath } from './positions.ts';
import { problemsError, type Source } from './problem.ts';
import { readSourceTree } from './source-tree.ts';

/** What is wrong at a value of a document, or at one of its keys, as a half-sentence that follows its path. */
export interface DocumentProblem {
  readonly path: ValuePath;
  readonly key?: string | undefined;
  readonly message: string;
}

/** A YAML or JSON text that was read: plain data, and errors that know where it stands. */
export interface OpenDocument {
  /** Texts, numbers, booleans, null, lists, and objects without prototype. */
  readonly data: unknown;
  /** The error that lists problems as `name:line:column: message`. */
  refuse(problems: readonly DocumentProblem[]): SuiteError;
}

/**
 * Reads a YAML 1.2 or JSON text whose shape others judge: policies in the shapes of registries.
 *
 * Hostile text does no harm: bounded size and depth, no aliases expanded, no tags, no duplicate keys.
 *
 * @throws SuiteError `POLICY_INVALID` for a file, `INPUT_INVALID` for an input
 */
export function openDocument(text: string, source: Source): OpenDocument {
  const { root, problems, lines } = readSourceTree(text);
  if (root === undefined) throw problemsError(source, problems);
  return {
    data: root.data,
    refuse: (found) =>
      problemsError(
        source,
        found.map(({ path, key, message }) => ({
          ...(key === undefined ? locate(root, lines, path) : locateKey(root, lines, path, key)),
          message: path.length > 0 ? `${formatPath(path)} ${message}` : message,
        })),
      ),
  };
}
