import type { OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A body that is opened only when it is sent. */
export interface StreamedBody {
  readonly length: number;
  open(): Readable;
}

/** What the registry says: plain data, so that faults can change it before it is sent. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | StreamedBody | undefined;
}

/** The error codes of the distribution-spec, and those that real registries add. */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS'
  | 'PAGINATION_NUMBER_INVALID'
  | 'PRECONDITION_FAILED'
  | 'RANGE_INVALID'
  | 'UNKNOWN';

/** A refusal: thrown by whoever finds the reason, sent as the specification's JSON. */
export class Refused extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly headers: OutgoingHttpHeaders;
  readonly detail: unknown;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    extra: { readonly headers?: OutgoingHttpHeaders; readonly detail?: unknown } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = extra.headers ?? {};
    this.detail = extra.detail;
  }
}

/** The connection ended, or is to be ended: nobody is there to answer to. */
export class Broken extends Error {}

/** Answers with a JSON document. */
export function answerJson(
  status: number,
  document: unknown,
  headers: OutgoingHttpHeaders = {},
  contentType = 'application/json',
): Answer {
  return {
    status,
    headers: { 'content-type': contentType, ...headers },
    body: Buffer.from(JSON.stringify(document)),
  };
}

/** Answers without a body. */
export function answerEmpty(status: number, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, headers, body: undefined };
}

/** Answers a refusal (distribution-spec, "Error Codes"). */
export function answerRefusal(refused: Refused): Answer {
  const { code, message, detail } = refused;
  const error = detail === undefined ? { code, message } : { code, message, detail };
  return answerJson(refused.status, { errors: [error] }, refused.headers);
}
