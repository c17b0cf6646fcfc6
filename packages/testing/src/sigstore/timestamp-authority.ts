import { createHash } from 'node:crypto';
import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type Authority, makeAuthority, validityAround } from './authority.ts';
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  keyUsage,
  makeName,
  makeSerial,
  signCertificate,
  subjectKeyIdentifier,
  toPem,
} from './certificate.ts';
import { Rejection, receiveBody, type Service, startService } from './service.ts';
import { makeSigningKey } from './signing-key.ts';
import {
  BadTimestampRequest,
  parseJsonTimestampRequest,
  parseTimestampRequest,
  type TimestampRequest,
} from './timestamp-request.ts';
import { STAMPED_DIGESTS, type StampSigner, writeTimestampResponse } from './timestamp-token.ts';

/** How stamps differ from honest ones. */
export interface StampChanges {
  /** Signed by an authority of the same names that nobody trusts. */
  readonly signer?: 'stranger' | undefined;
  /** Another time than the clock's, in milliseconds since 1970. */
  readonly time?: number | undefined;
  /** Digits after the point of the second: `1`, `12`, `123456`, none when empty. */
  readonly fraction?: string | undefined;
  /** Stamps other bytes, or gives another nonce back. */
  readonly lie?: 'digest' | 'nonce' | undefined;
}

export interface TimestampAuthorityOptions {
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** Digits after the point of the second; none when absent, as Sigstore's authority does. */
  readonly fraction?: string | undefined;
  readonly changes?: StampChanges | undefined;
  /** From when until when its own certificate holds; as its authority does when absent. */
  readonly validity?: { readonly notBefore: number; readonly notAfter: number } | undefined;
}

/** An authority that stamps times (RFC 3161). */
export interface TimestampAuthority extends Service {
  /** The address that stamps are asked at. */
  readonly timestampUrl: string;
  /** In DER: its own certificate, the intermediate, the root. */
  readonly chain: readonly Buffer[];
  /** From now on stamps are like this; `{}` makes them honest again. */
  tamper(changes: StampChanges): void;
  /** Stamps bytes without a request, and gives the response in DER. */
  stamp(bytes: Uint8Array, changes?: StampChanges): Buffer;
}

/** `id-kp-timeStamping`. */
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** The policy of Sigstore's authority. */
const POLICY = '1.3.6.1.4.1.57264.2';

const PATH = '/api/v1/timestamp';

/** Starts an authority with certificates of its own. */
export async function startTimestampAuthority(
  options: TimestampAuthorityOptions = {},
): Promise<TimestampAuthority> {
  const { now = Date.now } = options;
  const own = makeStampSigner(options, now());
  let stranger: typeof own | undefined;
  let changes = options.changes ?? {};

  const stamp = (request: TimestampRequest, asked: StampChanges): Buffer => {
    if (asked.signer === 'stranger') stranger ??= makeStampSigner(options, now());
    const { signer, authority } = asked.signer === 'stranger' && stranger !== undefined ? stranger : own;
    const { digest, digestOid, nonce } = request;
    return writeTimestampResponse(
      {
        digestOid,
        digest: asked.lie === 'digest' ? createHash('sha256').update(digest).digest() : digest,
        nonce: asked.lie === 'nonce' ? Buffer.of(1) : nonce,
        time: asked.time ?? now(),
        fraction: asked.fraction ?? options.fraction ?? '',
        policy: request.policy ?? POLICY,
        serial: makeSerial(),
      },
      { ...signer, enclosed: request.wantsCertificates ? [signer.certificate, authority.chain[0]] : [] },
    );
  };
  const service = await startService({
    [`POST ${PATH}`]: async (exchange) => answerStamp(stamp(await readRequest(exchange), changes)),
    [`GET ${PATH}/certchain`]: () => ({
      status: 200,
      headers: { 'content-type': 'application/pem-certificate-chain' },
      body: Buffer.from([own.signer.certificate, ...own.authority.chain].map(toPem).join('')),
    }),
  });
  return {
    ...service,
    timestampUrl: `${service.url}${PATH}`,
    chain: [own.signer.certificate, ...own.authority.chain],
    tamper: (next) => {
      changes = next;
    },
    stamp: (bytes, asked = {}) =>
      stamp(
        {
          digestOid: STAMPED_DIGESTS['sha256']?.oid ?? '',
          digest: createHash('sha256').update(bytes).digest(),
          policy: undefined,
          nonce: undefined,
          wantsCertificates: false,
        },
        asked,
      ),
  };
}

function answerStamp(body: Buffer): Answer {
  return { status: 201, headers: { 'content-type': 'application/timestamp-reply' }, body };
}

async function readRequest(exchange: Exchange): Promise<TimestampRequest> {
  const type = exchange.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const body = await receiveBody(exchange);
  try {
    if (type === 'application/timestamp-query') return parseTimestampRequest(body);
    if (type === 'application/json') return parseJsonTimestampRequest(body);
  } catch (error) {
    if (error instanceof BadTimestampRequest) throw new Rejection(400, { code: 400, message: error.message });
    throw error;
  }
  throw new Rejection(415, { code: 415, message: `unsupported media type "${type ?? ''}"` });
}

function makeStampSigner(
  { validity }: TimestampAuthorityOptions,
  now: number,
): { readonly signer: StampSigner; readonly authority: Authority } {
  const around = validityAround(now);
  const authority = makeAuthority('local.test', TIME_STAMPING, around);
  const key = makeSigningKey('P-256');
  const serial = makeSerial();
  const certificate = signCertificate(
    {
      subject: makeName('local.test', 'sigstore-tsa'),
      issuer: authority.name,
      publicKey: key.publicKey,
      ...(validity ?? around),
      serial,
      extensions: [
        keyUsage('digitalSignature'),
        extendedKeyUsage(TIME_STAMPING, true),
        subjectKeyIdentifier(key.publicKey),
        authorityKeyIdentifier(authority.key.publicKey),
      ],
    },
    authority.key,
  );
  return { signer: { key, certificate, issuer: authority.name, serial, enclosed: [] }, authority };
}
