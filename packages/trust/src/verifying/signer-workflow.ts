import { SuiteError } from '@artifact-lifecycle/core';

/** A workflow somebody may sign with, as people write it: `owner/name/.github/workflows/x.yml[@ref]`. */
export interface SignerWorkflow {
  /** `owner/name/.github/workflows/x.yml`. */
  readonly path: string;
  /** `owner/name`. */
  readonly repository: string;
  /** `refs/tags/v1.2.3` or a commit; `undefined` where any will do. */
  readonly ref: string | undefined;
}

const WORKFLOW = /^([\w.-]+\/[\w.-]+)\/\.github\/workflows\/[^@/\s]+\.ya?ml$/;

/** A commit's id. */
export const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * Reads a workflow. A ref may be shortened: what looks like a version is a tag, anything else a branch; a full
 * `refs/…` or commit is taken as it is.
 *
 * @param what names the input, for the error.
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseSignerWorkflow(text: string, what: string): SignerWorkflow {
  const bare = text.replace(/^https:\/\/github\.com\//, '');
  const at = bare.indexOf('@');
  const path = at < 0 ? bare : bare.slice(0, at);
  const ref = at < 0 ? undefined : bare.slice(at + 1);
  const repository = WORKFLOW.exec(path)?.[1];
  if (repository === undefined || ref === '' || (ref !== undefined && !/^[\x21-\x7e]{1,255}$/.test(ref))) {
    throw new SuiteError(
      'INPUT_INVALID',
      `The ${what} is no path of a workflow: ${JSON.stringify(text.slice(0, 200))}.`,
      {
        remedy:
          'Write owner/name/.github/workflows/file.yml, with @ref behind it where one ref alone may sign.',
      },
    );
  }
  return { path, repository, ref: ref === undefined ? undefined : expandRef(ref) };
}

/** Reads the workflow in a certificate's URI, or gives `undefined`. */
export function workflowOf(uri: string | undefined, server: string): SignerWorkflow | undefined {
  if (uri === undefined || !uri.startsWith(`${server}/`)) return undefined;
  const bare = uri.slice(server.length + 1);
  const at = bare.indexOf('@');
  const path = bare.slice(0, at);
  const repository = at < 0 ? undefined : WORKFLOW.exec(path)?.[1];
  return repository === undefined ? undefined : { path, repository, ref: bare.slice(at + 1) };
}

/** Where a certificate's repositories are: GitHub, or a company's own GitHub by the issuer of its tokens. */
export function serverOf(issuer: string): string {
  const tenant = /^https:\/\/token\.actions\.([a-z0-9-]+\.ghe\.com)$/.exec(issuer)?.[1];
  return tenant === undefined ? 'https://github.com' : `https://${tenant}`;
}

function expandRef(ref: string): string {
  if (ref.startsWith('refs/') || COMMIT.test(ref)) return ref;
  return /^v?\d/.test(ref) ? `refs/tags/${ref}` : `refs/heads/${ref}`;
}
