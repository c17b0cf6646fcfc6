import { createHash } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, parseJson } from '@artifact-lifecycle/core/http';
import { askService } from '../service/service-client.ts';
import { below } from '../service/service-url.ts';
import { loadMessages } from '../verifying/library.ts';
import type { SignedContent, Testimony, Witness } from './witness.ts';

/** An entry with its proof has 5 KB; the certificate in it is the larger part. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const SERVICE = 'transparency log';

/** Why a log of version 2 did not take an entry, although all was right: it has the very same already. */
export class AlreadyLogged extends Error {}

/**
 * A transparency log with Rekor's second API (rekor-tiles, "CLIENTS"). It takes digests only, so an envelope is entered
 * as `hashedrekord` 0.0.2 over its pre-authentication encoding; @sigstore/sign 5.1 sends `dsse`, which is refused. The
 * log answers once its next checkpoint is out, ten seconds later perhaps: the client's timeouts must allow for it.
 */
export function createRekorV2(http: HttpClient, base: URL): Witness {
  return {
    testify: async (content, signal) => {
      const url = below(base, '/api/v2/log/entries');
      const { status, body } = await askService(http, {
        service: SERVICE,
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: Buffer.from(JSON.stringify(writeRequest(content))),
        limit: MAX_ANSWER_BYTES,
        accept: [409],
        signal,
      });
      if (status === 409) throw new AlreadyLogged(`${url.host} has this entry`);
      return readEntry(parseJson(body, `answer of the ${SERVICE} at ${url.host}`), url);
    },
  };
}

function writeRequest({ signed, signature, signer }: SignedContent): object {
  const { algorithm, material, publicKey } = signer;
  if (algorithm.digest === null) {
    throw new SuiteError('UNSUPPORTED', 'A log of Rekor version 2 does not take plain Ed25519 signatures.', {
      remedy: 'Sign with a key on the curve P-256, or with rekor-version: 1.',
    });
  }
  const verifier =
    material.kind === 'certificate'
      ? { x509Certificate: { rawBytes: material.certificate.toString('base64') } }
      : { publicKey: { rawBytes: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') } };
  return {
    hashedRekordRequestV002: {
      digest: createHash(algorithm.digest).update(signed).digest('base64'),
      signature: {
        content: signature.toString('base64'),
        verifier: { keyDetails: algorithm.details, ...verifier },
      },
    },
  };
}

/** Takes over what bundles have of an entry. Whether it holds is seen when the bundle is verified. */
async function readEntry(document: unknown, { host }: URL): Promise<Testimony> {
  const { TransparencyLogEntry } = await loadMessages();
  try {
    const entry = TransparencyLogEntry.toJSON(TransparencyLogEntry.fromJSON(document));
    if (typeof entry === 'object' && entry !== null) return { entries: [entry], timestamps: [] };
  } catch {
    // Said below.
  }
  throw new SuiteError(
    'PROTOCOL_INVALID',
    `The ${SERVICE} at ${host} answered with something else than an entry.`,
    {
      remedy: 'Check rekor-url and rekor-version.',
    },
  );
}
