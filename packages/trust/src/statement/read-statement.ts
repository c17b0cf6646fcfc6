import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { quote, Refusal } from '../verifying/refusal.ts';
import type { ArtifactDigest } from '../verifying/signature-content.ts';
import { parseStrictObject } from '../verifying/strict-json.ts';
import {
  IN_TOTO_PAYLOAD_TYPE,
  STATEMENT_TYPE,
  STATEMENT_TYPE_V01,
  type Statement,
  type StatementSubject,
} from './statement.ts';

/** GitHub takes 1024 subjects of one statement; more only cost time. */
const MAX_SUBJECTS = 4096;

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Reads the payload of an envelope as an in-toto statement (in-toto attestation, "Statement v1").
 *
 * @throws Refusal, and SuiteError for what is no JSON or too large
 */
export function readStatement(payloadType: string, payload: Uint8Array): Statement {
  // Other signed things are enveloped, too: what was signed as something else must not be read as a statement.
  if (payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    throw new Refusal(`What is signed is no statement but ${quote(payloadType)}.`);
  }
  const statement = parseStrictObject(payload, 'statement');
  const type = field(statement, '_type');
  if (type !== STATEMENT_TYPE && type !== STATEMENT_TYPE_V01) {
    throw new Refusal(`The statement is of a type that is not read: ${quote(asText(type))}.`);
  }
  const predicateType = field(statement, 'predicateType');
  if (typeof predicateType !== 'string' || predicateType === '') {
    throw new Refusal('The statement has no predicate type.');
  }
  return { subject: readSubjects(statement), predicateType, predicate: readPredicate(statement) };
}

/**
 * Holds a statement against an artifact: one of its subjects must have the very digest.
 *
 * @throws Refusal
 */
export function bindStatement({ subject }: Statement, { algorithm, hex }: ArtifactDigest): void {
  const digests = subject.map(({ digest }) =>
    Object.hasOwn(digest, algorithm) ? digest[algorithm] : undefined,
  );
  if (digests.includes(hex)) return;
  const named = digests.find((digest) => digest !== undefined);
  throw new Refusal(
    named === undefined
      ? `The statement names no subject by its ${algorithm} digest.`
      : `The statement is about ${algorithm}:${named}${subject.length > 1 ? ' and others' : ''}, not about this artifact.`,
  );
}

function readSubjects(statement: JsonObject): readonly StatementSubject[] {
  const subjects = field(statement, 'subject');
  if (!Array.isArray(subjects) || subjects.length === 0) throw new Refusal('The statement has no subject.');
  if (subjects.length > MAX_SUBJECTS) throw new Refusal(`The statement has ${subjects.length} subjects.`);
  return subjects.map((subject: unknown) => {
    if (!isJsonObject(subject)) throw new Refusal('A subject of the statement is none.');
    const name = field(subject, 'name') ?? '';
    const digest = field(subject, 'digest');
    if (typeof name !== 'string' || !isJsonObject(digest))
      throw new Refusal('A subject of the statement is none.');
    return { name, digest: readDigests(digest) };
  });
}

function readDigests(digests: JsonObject): Readonly<Record<string, string>> {
  const read: [string, string][] = [];
  for (const [algorithm, hex] of Object.entries(digests)) {
    if (typeof hex !== 'string') throw new Refusal('A digest of a subject is no text.');
    const length = Object.hasOwn(HEX_LENGTH, algorithm) ? HEX_LENGTH[algorithm] : undefined;
    // Another spelling of a digest is another text, and some readers fold it.
    if (length !== undefined && !(hex.length === length && /^[0-9a-f]+$/.test(hex))) {
      throw new Refusal(
        `A subject has no ${algorithm} digest in lower-case hexadecimal digits: ${quote(hex)}.`,
      );
    }
    read.push([algorithm, hex]);
  }
  return Object.fromEntries(read);
}

function readPredicate(statement: JsonObject): Readonly<Record<string, unknown>> {
  // Absent is the same as empty (in-toto attestation, "Statement v1"); null is neither.
  if (!Object.hasOwn(statement, 'predicate')) return {};
  const predicate = statement['predicate'];
  if (!isJsonObject(predicate)) throw new Refusal('The predicate of the statement is no object.');
  return predicate;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
