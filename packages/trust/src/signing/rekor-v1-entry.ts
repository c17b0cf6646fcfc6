import { SuiteError } from '@artifact-lifecycle/core';
import { isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { memberOf, textOf } from '../service/json-object.ts';

/** `TransparencyLogEntry` in the JSON of bundles, of a log of version 1: it has a promise. */
export interface LogEntryV1 {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof?: JsonObject;
  readonly canonicalizedBody: string;
}

/**
 * Reads an entry as Rekor v1 answers it, `{ UUID: { body, logIndex, … } }`, and writes it as bundles have it. Whether it
 * holds is seen when the bundle is verified. `host` names the log in errors.
 *
 * @throws SuiteError `PROTOCOL_INVALID` when it is none
 */
export function readLogEntry(document: unknown, host: string): LogEntryV1 {
  const entry = isJsonObject(document) ? Object.values(document)[0] : undefined;
  const body = textOf(entry, 'body');
  const logId = textOf(entry, 'logID');
  const index = memberOf(entry, 'logIndex');
  const time = memberOf(entry, 'integratedTime');
  const kind = body === undefined ? undefined : readKind(body);
  if (body === undefined || kind === undefined || logId === undefined || !isIndex(index) || !isIndex(time)) {
    throw new SuiteError(
      'PROTOCOL_INVALID',
      `The transparency log at ${host} answered with something else than an entry.`,
      {
        remedy: 'Check rekor-url and rekor-version.',
      },
    );
  }
  const promise = textOf(entry, 'verification', 'signedEntryTimestamp');
  const proof = readProof(memberOf(entry, 'verification', 'inclusionProof'));
  return {
    logIndex: String(index),
    logId: { keyId: hexToBase64(logId) },
    kindVersion: kind,
    integratedTime: String(time),
    ...(promise === undefined ? {} : { inclusionPromise: { signedEntryTimestamp: promise } }),
    ...(proof === undefined ? {} : { inclusionProof: proof }),
    canonicalizedBody: body,
  };
}

function readKind(body: string): LogEntryV1['kindVersion'] | undefined {
  try {
    const document: unknown = JSON.parse(Buffer.from(body, 'base64').toString('utf8'));
    const kind = textOf(document, 'kind');
    const version = textOf(document, 'apiVersion');
    return kind === undefined || version === undefined ? undefined : { kind, version };
  } catch {
    return undefined;
  }
}

function readProof(proof: unknown): JsonObject | undefined {
  const rootHash = textOf(proof, 'rootHash');
  const checkpoint = textOf(proof, 'checkpoint');
  const index = memberOf(proof, 'logIndex');
  const size = memberOf(proof, 'treeSize');
  const hashes = memberOf(proof, 'hashes');
  if (rootHash === undefined || checkpoint === undefined || !Array.isArray(hashes)) return undefined;
  if (!isIndex(index) || !isIndex(size)) return undefined;
  return {
    logIndex: String(index),
    rootHash: hexToBase64(rootHash),
    treeSize: String(size),
    hashes: hashes.map((hash) => hexToBase64(String(hash))),
    checkpoint: { envelope: checkpoint },
  };
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function hexToBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
