import { scrypt } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import { parseJson } from '@artifact-lifecycle/core/http';
import { memberOf, textOf } from '../service/json-object.ts';
import { openSecretbox } from './secretbox.ts';

/** What cosign writes: 32768 in its first versions, 65536 now; four times that is 256 MB of memory. */
const MAX_COST = 262_144;
const BLOCK_SIZE = 8;
const PARALLELIZATION = 1;

/**
 * Opens cosign's own container of a private key (cosign, "pkg/cosign/keys.go"; go-securesystemslib, "encrypted"): JSON
 * with a key derived by scrypt and NaCl's secret box. Gives the PKCS#8 in DER.
 *
 * @throws SuiteError `INPUT_INVALID` when it is none, costs too much to open, or the password is another
 */
export async function openCosignKey(container: Uint8Array, password: string): Promise<Buffer> {
  const document = readContainer(container);
  const number = (name: string): number => {
    const value = memberOf(document, 'kdf', 'params', name);
    return typeof value === 'number' ? value : Number.NaN;
  };
  const cost = number('N');
  const isKnown =
    textOf(document, 'kdf', 'name') === 'scrypt' &&
    textOf(document, 'cipher', 'name') === 'nacl/secretbox' &&
    number('r') === BLOCK_SIZE &&
    number('p') === PARALLELIZATION &&
    Number.isSafeInteger(Math.log2(cost)) &&
    cost > 1 &&
    cost <= MAX_COST;
  if (!isKnown) throw invalid('is encrypted in another way than cosign does');
  const bytes = (...names: readonly string[]): Buffer =>
    Buffer.from(textOf(document, ...names) ?? '', 'base64');
  const derived = await deriveKey(password, bytes('kdf', 'salt'), cost);
  const key = openSecretbox(bytes('ciphertext'), bytes('cipher', 'nonce'), derived);
  if (key !== undefined) return key;
  throw new SuiteError(
    'INPUT_INVALID',
    'The private key cannot be opened: key-password is not its password.',
    {
      remedy: 'Give as key-password what COSIGN_PASSWORD was when the key was made.',
    },
  );
}

function readContainer(container: Uint8Array): unknown {
  try {
    return parseJson(container, 'private key');
  } catch {
    // The reason speaks of servers.
    throw invalid('is not the JSON that cosign writes');
  }
}

function deriveKey(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  const options = {
    N: cost,
    r: BLOCK_SIZE,
    p: PARALLELIZATION,
    maxmem: 128 * cost * BLOCK_SIZE + 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function invalid(fault: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `The private key ${fault}.`, {
    remedy: 'Make the key anew with cosign generate-key-pair, or give PKCS#8 in PEM.',
  });
}
