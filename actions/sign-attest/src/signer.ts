import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Secret, SuiteError } from '@artifact-lifecycle/core';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import {
  type Attestor,
  createKeyAttestor,
  createKeylessAttestor,
  type PayloadSigner,
  pemOfKey,
  readPrivateKey,
  type SigstoreInstance,
  type TokenSource,
} from '@artifact-lifecycle/trust';
import type { signAttest } from './inputs.ts';

/** Who signs: with a certificate, or with a key whose public half verifies. */
export interface Signer {
  readonly attestor: Attestor & PayloadSigner;
  /** PEM; `undefined` with a certificate. */
  readonly publicKey: string | undefined;
}

/** A private key is some kilobytes. */
const MAX_KEY_BYTES = 64 * 1024;

/**
 * Reads the key that the inputs name; `undefined` where a certificate signs. An encrypted key takes a fifth of a
 * second by design: it is read while other things are waited for.
 *
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readSigningKey(
  inputs: Inputs<typeof signAttest>,
  { workspace, log }: Pick<ActionContext, 'workspace' | 'log'>,
): Promise<KeyObject | undefined> {
  if (inputs.key === undefined) return undefined;
  const text = await readKeyText(inputs.key, workspace);
  log.mask(text);
  const password = inputs.keyPassword === undefined ? undefined : new Secret(inputs.keyPassword);
  return readPrivateKey(new Secret(text), password);
}

/** Makes the signer: of the key, or of the run's identity where there is none. */
export function openSigner(
  privateKey: KeyObject | undefined,
  instance: SigstoreInstance,
  source: TokenSource,
  http: HttpClient,
  { clock }: Pick<ActionContext, 'clock'>,
): Signer {
  if (privateKey === undefined) {
    return { attestor: createKeylessAttestor({ instance, http, clock, source }), publicKey: undefined };
  }
  return {
    attestor: createKeyAttestor({ privateKey, instance, http, clock }),
    publicKey: pemOfKey(createPublicKey(privateKey)),
  };
}

/** PEM as it is, or the path of a file that holds it. */
async function readKeyText(text: string, workspace: string): Promise<string> {
  if (text.includes('-----BEGIN ')) return text;
  const path = resolve(workspace, text);
  try {
    const { size } = await stat(path);
    if (size <= MAX_KEY_BYTES) return await readFile(path, 'utf8');
  } catch (cause) {
    // Whatever is in the input may be the key itself, garbled: it is not repeated.
    throw new SuiteError('INPUT_INVALID', 'The input "key" is neither PEM nor a file that can be read.', {
      remedy: 'Give the PEM text, or a path from the workspace.',
      cause,
    });
  }
  throw new SuiteError(
    'LIMIT_EXCEEDED',
    `The file of the input "key" is larger than ${MAX_KEY_BYTES} bytes.`,
  );
}
