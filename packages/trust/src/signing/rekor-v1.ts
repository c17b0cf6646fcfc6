import { createHash } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, parseJson } from '@artifact-lifecycle/core/http';
import { pemOfKey } from '../key/key-algorithm.ts';
import { askService, type ServiceAnswer } from '../service/service-client.ts';
import { below } from '../service/service-url.ts';
import { writeEnvelope } from './envelope-text.ts';
import { readLogEntry } from './rekor-v1-entry.ts';
import { pemOfCertificate, type Signer } from './signer.ts';
import type { SignedContent, Testimony, Witness } from './witness.ts';

/** An entry with its proof has 10 KB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const SERVICE = 'transparency log';
const PATH = '/api/v1/log/entries';

/** The name of an entry: its tree, then its leaf. */
const ENTRY_PATH = /\/api\/v1\/log\/entries\/([0-9a-f]{64}|[0-9a-f]{80})$/;

/**
 * A transparency log with Rekor's first API (rekor, "openapi.yaml"). An envelope is entered as `dsse` 0.0.1, as cosign
 * and GitHub do; a bare signature as `hashedrekord` 0.0.1. An entry that is there already is fetched.
 */
export function createRekorV1(http: HttpClient, base: URL): Witness {
  const fetchEntry = async (name: string, signal: AbortSignal | undefined): Promise<ServiceAnswer> =>
    askService(http, {
      service: SERVICE,
      method: 'GET',
      url: below(base, `${PATH}/${name}`),
      headers: { accept: 'application/json' },
      limit: MAX_ANSWER_BYTES,
      signal,
    });
  const enter = async (content: SignedContent, signal: AbortSignal | undefined): Promise<ServiceAnswer> => {
    const url = below(base, PATH);
    const answer = await askService(http, {
      service: SERVICE,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: Buffer.from(JSON.stringify(proposeEntry(content))),
      limit: MAX_ANSWER_BYTES,
      accept: [409],
      signal,
    });
    if (answer.status !== 409) return answer;
    const { location = '' } = answer.headers;
    const target = URL.canParse(location, url.href) ? new URL(location, url).pathname : '';
    const name = ENTRY_PATH.exec(target)?.[1];
    if (name === undefined) {
      throw new SuiteError(
        'PROTOCOL_INVALID',
        `The ${SERVICE} at ${url.host} has this entry, and does not say where.`,
        {
          remedy: 'Check rekor-url and rekor-version.',
        },
      );
    }
    return fetchEntry(name, signal);
  };
  return {
    testify: async (content, signal): Promise<Testimony> => {
      const { body } = await enter(content, signal);
      const what = `answer of the ${SERVICE} at ${base.host}`;
      return { entries: [readLogEntry(parseJson(body, what), base.host)], timestamps: [] };
    },
  };
}

function proposeEntry(content: SignedContent): object {
  const verifier = Buffer.from(pemOfSigner(content.signer)).toString('base64');
  const { envelope } = content;
  return envelope === undefined
    ? proposeHashedrekord(content, verifier)
    : {
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: { proposedContent: { envelope: writeEnvelope(envelope), verifiers: [verifier] } },
      };
}

function proposeHashedrekord({ signed, signature, signer }: SignedContent, verifier: string): object {
  const { digest } = signer.algorithm;
  if (digest === null) {
    throw new SuiteError(
      'UNSUPPORTED',
      'A log of Rekor version 1 does not take plain Ed25519 signatures of images.',
      {
        remedy: 'Sign with a key on the curve P-256, or leave legacy-cosign-tags out.',
      },
    );
  }
  const value = createHash(digest).update(signed).digest('hex');
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: digest, value } },
      signature: { content: signature.toString('base64'), publicKey: { content: verifier } },
    },
  };
}

function pemOfSigner({ material, publicKey }: Signer): string {
  return material.kind === 'certificate' ? pemOfCertificate(material.certificate) : pemOfKey(publicKey);
}
