/** The one type of statements that is written; v0.1 is read, too, because old attestations have it. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const STATEMENT_TYPE_V01 = 'https://in-toto.io/Statement/v0.1';

/** DSSE payload type of a statement (in-toto attestation, "Envelope"). */
export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** An artifact that a statement is about (in-toto attestation, "ResourceDescriptor"). */
export interface StatementSubject {
  /** `ghcr.io/acme/app` for an image, the base name for a file; says nothing that a verifier relies on. */
  readonly name: string;
  /** By algorithm, in lower-case hexadecimal digits: `{ sha256: '…' }`. */
  readonly digest: Readonly<Record<string, string>>;
}

/** An in-toto statement: somebody says something about artifacts. */
export interface Statement {
  readonly subject: readonly StatementSubject[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}
