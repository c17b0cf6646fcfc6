import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import { parseReference, type Reference } from '@artifact-lifecycle/registry';
import type { DocumentFormat } from '@artifact-lifecycle/sbom';
import type { sbom } from './inputs.ts';

/** What is to be described. */
export type Described =
  | { readonly kind: 'image'; readonly reference: Reference }
  /** From the root of the file system. */
  | { readonly kind: 'path'; readonly path: string };

/** What it is compared with. */
export type Comparison =
  | { readonly kind: 'image'; readonly reference: Reference }
  /** `path` from the root of the file system, `name` as it was typed. */
  | { readonly kind: 'document'; readonly path: string; readonly name: string };

/** A description as it was asked for, before anything was read. */
export interface SbomRequest {
  readonly described: Described;
  readonly platforms: 'all' | readonly string[];
  readonly formats: readonly DocumentFormat[];
  readonly attach: boolean;
  readonly comparison: Comparison | undefined;
}

/**
 * Makes one request of the inputs.
 *
 * @throws SuiteError `INPUT_INVALID`, `UNSUPPORTED` for attaching to what cannot be written
 */
export function readRequest(inputs: Inputs<typeof sbom>, workspace: string): SbomRequest {
  const { platforms, attach } = inputs;
  const described = readDescribed(inputs, workspace);
  if (attach) refuseUnattachable(described);
  if (described.kind === 'path' && platforms !== 'all') {
    throw new SuiteError(
      'INPUT_INVALID',
      'The input "platforms" says something of images, and "path" is none.',
      {
        remedy: 'Remove "platforms", or give "image" in place of "path".',
      },
    );
  }
  return {
    described,
    platforms,
    formats: [...new Set(inputs.formats)],
    attach,
    comparison: inputs.diffWith === undefined ? undefined : readComparison(inputs.diffWith, workspace),
  };
}

function readDescribed({ image, path }: Inputs<typeof sbom>, workspace: string): Described {
  if (image !== undefined && path === undefined) return { kind: 'image', reference: image };
  if (path !== undefined && image === undefined) return { kind: 'path', path: resolve(workspace, path) };
  const fact =
    image === undefined
      ? 'Neither "image" nor "path" is given, so there is nothing to describe.'
      : 'Both "image" and "path" are given, and one run describes one of them.';
  throw new SuiteError('INPUT_INVALID', fact, { remedy: 'Give one of "image" and "path".' });
}

function refuseUnattachable(described: Described): void {
  if (described.kind === 'path') {
    throw new SuiteError('INPUT_INVALID', 'A document can be attached to an image, and "path" is none.', {
      remedy: 'Remove "attach", or give "image" in place of "path".',
    });
  }
  if (described.reference.location.kind === 'archive') {
    throw new SuiteError('UNSUPPORTED', 'A docker-archive is read only: nothing can be attached to it.', {
      remedy: 'Push the image to a registry or an OCI layout, and attach there.',
    });
  }
}

/** What exists as a file is a document; all else is read as the name of an image. */
function readComparison(text: string, workspace: string): Comparison {
  const path = resolve(workspace, text);
  if (existsSync(path)) return { kind: 'document', path, name: text };
  if (/\.json$/i.test(text)) {
    throw new SuiteError('NOT_FOUND', `The document ${JSON.stringify(text)} of "diff-with" does not exist.`, {
      remedy: 'Check the path; it starts at the workspace.',
    });
  }
  return { kind: 'image', reference: parseReference(text, 'input "diff-with"') };
}
