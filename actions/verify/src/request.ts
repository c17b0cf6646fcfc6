import { resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import { foreignPromotionProblem } from '@artifact-lifecycle/gates/names';
import { formatLocation, type Reference } from '@artifact-lifecycle/registry';
import { type IdentityPolicy, readPublicKeyFile, type VerificationPolicy } from '@artifact-lifecycle/trust';
import type { verify } from './inputs.ts';

/** What is verified: an image, a file, or a file that is compared with an image. */
export type VerifiedSubject =
  | { readonly kind: 'image'; readonly reference: Reference; readonly rebuilt: string | undefined }
  /** From the root of the file system. */
  | { readonly kind: 'file'; readonly path: string };

/** A verification as it was asked for, before anything was looked at. */
export interface VerifyRequest {
  readonly subject: VerifiedSubject;
  /** Files from the root of the file system; `undefined` where registry and GitHub are asked. */
  readonly bundles: readonly string[] | undefined;
  readonly policy: VerificationPolicy;
}

/**
 * Makes one request of the inputs.
 *
 * @throws SuiteError `INPUT_INVALID`, `NOT_FOUND` for a key that is not there
 */
export async function readRequest(inputs: Inputs<typeof verify>, workspace: string): Promise<VerifyRequest> {
  const { bundle, require: required, minSlsaLevel } = inputs;
  const subject = readSubject(inputs, workspace);
  const bundles = bundle?.map((path) => resolve(workspace, path));
  return {
    subject,
    bundles,
    policy: {
      identity: await readIdentity(inputs, workspace),
      sourceRepository: inputs.sourceRepository,
      sourceRefs: inputs.sourceRef ?? [],
      events: inputs.events ?? [],
      denySelfHosted: inputs.denySelfHosted,
      builders: inputs.builders ?? [],
      minSlsaLevel: readLevel(minSlsaLevel),
      maxAge: inputs.maxAge,
      require: required ?? (bundles === undefined ? ['signature'] : []),
      allowLegacy: inputs.allowLegacy,
      objection: objectionAt(subject),
    },
  };
}

/** In a registry, what promotions have said of other places does not count for this one. */
function objectionAt(subject: VerifiedSubject): VerificationPolicy['objection'] {
  if (subject.kind !== 'image' || subject.reference.location.kind !== 'registry') return undefined;
  const place = formatLocation(subject.reference.location);
  return (statement) => foreignPromotionProblem(statement, place);
}

function readSubject({ subject, subjectPath }: Inputs<typeof verify>, workspace: string): VerifiedSubject {
  const path = subjectPath === undefined ? undefined : resolve(workspace, subjectPath);
  if (subject !== undefined) return { kind: 'image', reference: subject, rebuilt: path };
  if (path !== undefined) return { kind: 'file', path };
  throw new SuiteError(
    'INPUT_INVALID',
    'Neither "subject" nor "subject-path" is given, so there is nothing to verify.',
    {
      remedy: 'Give an image as "subject", or a file as "subject-path".',
    },
  );
}

/**
 * Who must have signed. Without anybody named, anyone's signature would do, and a verifier that takes anyone's proves
 * nothing.
 */
async function readIdentity(inputs: Inputs<typeof verify>, workspace: string): Promise<IdentityPolicy> {
  const { certificateIdentity, certificateIdentityPattern, signerWorkflow, key } = inputs;
  const named = [certificateIdentity, certificateIdentityPattern, signerWorkflow].filter(
    (one) => one !== undefined,
  );
  if (key !== undefined) {
    if (named.length > 0) {
      throw new SuiteError(
        'INPUT_INVALID',
        'Both a key and an identity are given; a signature is by one of them.',
        {
          remedy: 'Give "key", or an identity in the certificate.',
        },
      );
    }
    return {
      kind: 'key',
      publicKey: isPem(key) ? key : await readPublicKeyFile(key, 'the input "key"', workspace),
    };
  }
  if (certificateIdentity !== undefined && certificateIdentityPattern !== undefined) {
    throw new SuiteError('INPUT_INVALID', 'The identity is given exactly and as a pattern.', {
      remedy: 'Give "certificate-identity" or "certificate-identity-pattern".',
    });
  }
  if (named.length === 0) {
    throw new SuiteError('INPUT_INVALID', 'Nobody is named who must have signed, so anyone could have.', {
      remedy:
        'Give one of "certificate-identity", "certificate-identity-pattern", "signer-workflow" and "key".',
    });
  }
  return {
    kind: 'certificate',
    identity:
      certificateIdentity !== undefined
        ? { exact: certificateIdentity }
        : certificateIdentityPattern !== undefined
          ? { pattern: certificateIdentityPattern }
          : undefined,
    signerWorkflow,
    issuer: inputs.certificateOidcIssuer,
  };
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

function readLevel(level: number): VerificationPolicy['minSlsaLevel'] {
  return level === 3 ? 3 : level === 2 ? 2 : level === 1 ? 1 : 0;
}
