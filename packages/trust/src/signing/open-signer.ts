import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Clock, Secret, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { SigstoreInstance } from '../instance/instance.ts';
import { pemOfKey } from '../key/key-algorithm.ts';
import { readPrivateKey } from '../key/private-key.ts';
import type { TokenSource } from '../token/token-source.ts';
import type { Attestor, PayloadSigner } from './attestor.ts';
import { createKeyAttestor } from './key-attestor.ts';
import { createKeylessAttestor } from './keyless-attestor.ts';

/** Who signs: with a certificate, or with a key whose public half verifies. */
export interface Signer {
  readonly attestor: Attestor & PayloadSigner;
  /** PEM; `undefined` with a certificate. */
  readonly publicKey: string | undefined;
}

/** A private key is some kilobytes. */
const MAX_KEY_BYTES = 64 * 1024;

/** A private key as inputs name it. */
export interface SigningKey {
  /** PEM, or the path of a file that holds it. */
  readonly key: string;
  readonly password: string | undefined;
}

/**
 * Reads the key that the inputs name. An encrypted key takes a fifth of a second by design: it is read while other
 * things are waited for.
 *
 * @param mask hides the key wherever it might be written
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readSigningKey(
  { key, password }: SigningKey,
  { workspace, mask }: { readonly workspace: string; readonly mask: (text: string) => void },
): Promise<KeyObject> {
  const text = await readKeyText(key, workspace);
  mask(text);
  return readPrivateKey(new Secret(text), password === undefined ? undefined : new Secret(password));
}

/** What a signer stands on. */
export interface SignerOptions {
  readonly instance: SigstoreInstance;
  readonly source: TokenSource;
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** Makes the signer: of the key, or of the run's identity where there is none. */
export function openSigner(privateKey: KeyObject | undefined, options: SignerOptions): Signer {
  const { instance, source, http, clock } = options;
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
