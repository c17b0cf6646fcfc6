import { resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import type { Reference } from '@artifact-lifecycle/registry';
import type { signAttest } from './inputs.ts';

/** What is attested about every subject. */
export interface Claims {
  readonly signature: boolean;
  readonly provenance: boolean;
  /** Files from the root of the file system. */
  readonly sboms: readonly string[];
  readonly predicate: { readonly type: string; readonly path: string } | undefined;
}

/** A signing as it was asked for, before anything was looked at. */
export interface SignRequest {
  /** Empty where the runner's artifact list is meant. */
  readonly images: readonly Reference[];
  readonly globs: readonly string[];
  readonly named: { readonly name: string; readonly digest: string } | undefined;
  readonly claims: Claims;
}

/**
 * Makes one request of the inputs.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function readRequest(inputs: Inputs<typeof signAttest>, workspace: string): SignRequest {
  const { subjectName, subjectDigest, predicateType, predicatePath } = inputs;
  requireBoth('subject-name', subjectName, 'subject-digest', subjectDigest);
  requireBoth('predicate-type', predicateType, 'predicate-path', predicatePath);
  const claims: Claims = {
    signature: inputs.sign,
    provenance: inputs.provenance,
    sboms: (inputs.sbom ?? []).map((path) => resolve(workspace, path)),
    predicate:
      predicateType === undefined || predicatePath === undefined
        ? undefined
        : { type: predicateType, path: resolve(workspace, predicatePath) },
  };
  const { signature, provenance, sboms, predicate } = claims;
  if (!signature && !provenance && sboms.length === 0 && predicate === undefined) {
    throw new SuiteError('INPUT_INVALID', 'There is nothing to sign or attest.', {
      remedy: 'Leave "sign" or "provenance" true, or give "sbom" or "predicate-type".',
    });
  }
  if (inputs.keyPassword !== undefined && inputs.key === undefined) {
    throw new SuiteError('INPUT_INVALID', 'The input "key-password" is given, and no "key".', {
      remedy: 'Give "key", or remove "key-password".',
    });
  }
  return {
    images: inputs.subject ?? [],
    globs: inputs.subjectPath ?? [],
    named:
      subjectName === undefined || subjectDigest === undefined
        ? undefined
        : { name: subjectName, digest: subjectDigest },
    claims,
  };
}

function requireBoth(first: string, one: unknown, second: string, other: unknown): void {
  if ((one === undefined) === (other === undefined)) return;
  const [given, missing] = one === undefined ? [second, first] : [first, second];
  throw new SuiteError('INPUT_INVALID', `The input "${given}" says nothing without "${missing}".`, {
    remedy: `Give "${missing}", too, or remove "${given}".`,
  });
}
