import * as z from 'zod/mini';
import { type Gates, gates } from './gates/gates.ts';
import { exceptions } from './gates/vulnerabilities.ts';
import { describeIssue, KEY_SEPARATOR, pickAlternative } from './issues.ts';
import { formatPath, locate, locateKey, type ValuePath } from './positions.ts';
import { type Problem, problemsError, type Source } from './problem.ts';
import { checkReferences, type PathProblem } from './references.ts';
import { type Registries, registries } from './registries.ts';
import { type Retention, retention } from './retention.ts';
import { type Policy, policy } from './schema.ts';
import type { Schema } from './settings.ts';
import { type Signer, signer } from './signer.ts';
import { type SigstoreInstance, sigstoreInstance } from './sigstore.ts';
import type { SourceNode } from './source-node.ts';
import { readSourceTree } from './source-tree.ts';

/**
 * Reads a policy file.
 *
 * @param file its name as errors and annotations show it, `.github/artifact-lifecycle.yml`.
 * @throws SuiteError `POLICY_INVALID` that lists all mistakes as `file:line:column: message`, with the position
 *   of the first.
 */
export function loadPolicy(text: string, file: string): Policy {
  return readSettings(policy(), text, { kind: 'file', name: file }, checkReferences);
}

/**
 * Reads the input `registries`: YAML, host → settings.
 *
 * @param what the input's name, for errors.
 * @throws SuiteError `INPUT_INVALID`, with lines and columns of the input's own text and none of its values.
 */
export function parseRegistries(text: string, what: string): Registries {
  return readSettings(registries(), text, { kind: 'input', name: what });
}

/** Reads promote's input `gates`. @throws SuiteError `INPUT_INVALID` */
export function parseGates(text: string, what: string): Gates {
  return readSettings(gates(), text, { kind: 'input', name: what });
}

/**
 * Reads cleanup's input `retention`, inline or from a file of its own.
 *
 * @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID` for a file
 */
export function parseRetention(text: string, what: string, kind: Source['kind'] = 'input'): Retention {
  return readSettings(retention(), text, { kind, name: what });
}

/** Reads the file that the input `sigstore` names. @throws SuiteError `POLICY_INVALID` */
export function loadSigstoreInstance(text: string, file: string): SigstoreInstance {
  return readSettings(sigstoreInstance(), text, { kind: 'file', name: file });
}

/** Reads sbom's input `ignore`: findings that may pass. @throws SuiteError `INPUT_INVALID` */
export function parseExceptions(text: string, what: string): z.output<ReturnType<typeof exceptions>> {
  return readSettings(exceptions(), text, { kind: 'input', name: what });
}

/** Reads an input that names a signer, such as sbom's `vex-identity`. @throws SuiteError `INPUT_INVALID` */
export function parseSigner(text: string, what: string): Signer {
  return readSettings(signer(), text, { kind: 'input', name: what });
}

function readSettings<T extends Schema>(
  schema: T,
  text: string,
  source: Source,
  crossCheck: (root: SourceNode) => readonly PathProblem[] = () => [],
): z.output<T> {
  const { root, problems, lines } = readSourceTree(text);
  if (root === undefined) throw problemsError(source, problems);
  const whole = source.kind === 'file' ? 'the file' : 'the input';
  if (root.data === null) throw problemsError(source, [{ line: 1, column: 1, message: `${whole} is empty` }]);
  // Without code generation: compiling a checker costs more than the one time it is used.
  const result = z.safeParse(schema, root.data, { error: describeIssue, jitless: true });
  const found = [
    ...(result.error?.issues ?? []).flatMap((issue) => flatten(issue, [])),
    ...crossCheck(root).map(({ path, message }) => ({ path, message, key: undefined })),
  ];
  if (result.success && found.length === 0) return result.data;
  throw problemsError(
    source,
    found.map(({ path, message, key }): Problem => {
      const place = key === undefined ? locate(root, lines, path) : locateKey(root, lines, path, key);
      const subject = path.length > 0 ? formatPath(path) : whole;
      return { ...place, message: `${subject} ${message}` };
    }),
  );
}

/** A problem at a value, or at one of its keys. */
interface Found extends PathProblem {
  readonly key: string | undefined;
}

/** Splits an issue into what is said at one place each. */
function flatten(issue: z.core.$ZodIssue, parent: ValuePath): readonly Found[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = pickAlternative(issue.errors);
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  }
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split(KEY_SEPARATOR);
    return issue.keys.map((key, index) => ({ path, key, message: messages[index] ?? issue.message }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path: path.slice(0, -1), key: String(path.at(-1)), message: issue.message }];
  }
  return [{ path, message: issue.message, key: undefined }];
}
