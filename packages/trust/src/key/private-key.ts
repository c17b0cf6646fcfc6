import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type Secret, SuiteError } from '@artifact-lifecycle/core';
import { openCosignKey } from './cosign-key.ts';

/** RSA keys of 4096 bits have 3 KB, cosign's container of one 5. */
const MAX_KEY_LENGTH = 64 * 1024;

/** One block of PEM (RFC 7468): its label and its base64. */
const PEM =
  /-----BEGIN ([A-Z0-9 ]{1,60})-----\r?\n([A-Za-z0-9+/=\s]{1,65536})-----END ([A-Z0-9 ]{1,60})-----/g;

/** Labels of cosign's container, now and before version 1.13. */
const COSIGN_LABELS: ReadonlySet<string> = new Set([
  'ENCRYPTED SIGSTORE PRIVATE KEY',
  'ENCRYPTED COSIGN PRIVATE KEY',
]);

/**
 * Reads a private key in PEM: PKCS#8, encrypted or not, cosign's own container, and what OpenSSL wrote before PKCS#8.
 * Nothing of the key or its password is in an error.
 *
 * @throws SuiteError `INPUT_INVALID` when it is none, when a password is missing, or not the right one
 */
export async function readPrivateKey(text: Secret, password?: Secret | undefined): Promise<KeyObject> {
  const pem = text.reveal();
  const blocks = pem.length <= MAX_KEY_LENGTH ? [...pem.matchAll(PEM)] : [];
  // OpenSSL may write the curve in a block before the key.
  const found = blocks.find(([, label]) => label?.endsWith('PRIVATE KEY')) ?? blocks[0];
  const [block, label = '', body = '', end] = found ?? [];
  if (block === undefined || label !== end) throw invalid('is not PEM');
  const isEncrypted = label.startsWith('ENCRYPTED ');
  if (isEncrypted && password === undefined) {
    throw new SuiteError('INPUT_INVALID', 'The private key is encrypted, and there is no key-password.', {
      remedy: 'Give its password as key-password, from a secret.',
    });
  }
  if (COSIGN_LABELS.has(label)) {
    const der = await openCosignKey(Buffer.from(body, 'base64'), password?.reveal() ?? '');
    return parse(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), false);
  }
  if (!label.endsWith('PRIVATE KEY')) throw invalid(`is a ${label}`);
  const passphrase = isEncrypted ? { passphrase: password?.reveal() ?? '' } : {};
  return parse(() => createPrivateKey({ key: block, format: 'pem', ...passphrase }), isEncrypted);
}

/** OpenSSL's own words say nothing to anybody, and are not passed on. */
function parse(read: () => KeyObject, isEncrypted: boolean): KeyObject {
  try {
    return read();
  } catch {
    throw isEncrypted
      ? new SuiteError(
          'INPUT_INVALID',
          'The private key cannot be opened: key-password is not its password.',
          {
            remedy: 'Give the password that the key was encrypted with.',
          },
        )
      : invalid('cannot be read');
  }
}

function invalid(fault: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `The input key ${fault}.`, {
    remedy: 'Give a private key in PEM: PKCS#8 ("BEGIN PRIVATE KEY"), encrypted or not, or a cosign.key.',
  });
}
