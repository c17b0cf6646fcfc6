import { SuiteError } from '@artifact-lifecycle/core';
import { STATEMENT_TYPE, type Statement, type StatementSubject } from './statement.ts';

/** Subjects of one statement: GitHub's attestations API takes no more. */
export const MAX_SUBJECTS = 1024;

/** A predicate, as JSON: GitHub's own actions refuse larger ones, and readers buffer it whole, in base64. */
export const MAX_PREDICATE_BYTES = 16 * 1024 * 1024;

/** Digests that in-toto names, with the number of their hexadecimal digits; others are anybody's own (DigestSet). */
const DIGEST_LENGTHS: Readonly<Record<string, number>> = {
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  gitCommit: 40,
};

/**
 * Makes a statement.
 *
 * @throws SuiteError `LIMIT_EXCEEDED` for more than 1024 subjects, `INPUT_INVALID` for none, for a digest that is not
 * written as one, and for a predicate type that is no URI
 */
export function makeStatement(
  subject: readonly StatementSubject[],
  predicateType: string,
  predicate: Statement['predicate'],
): Statement {
  if (subject.length === 0) {
    throw new SuiteError('INPUT_INVALID', 'A statement needs a subject, and there is none.', {
      remedy: 'Give subject, subject-path, or subject-name with subject-digest.',
    });
  }
  if (subject.length > MAX_SUBJECTS) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `A statement has at most ${MAX_SUBJECTS} subjects, and there are ${subject.length}.`,
      { remedy: 'Sign them in several steps, or attest one list of checksums in their place.' },
    );
  }
  for (const item of subject) checkSubject(item);
  if (!URL.canParse(predicateType)) {
    throw new SuiteError('INPUT_INVALID', `The predicate type "${predicateType.slice(0, 200)}" is no URI.`, {
      remedy: 'Write it as a URI: https://example.com/predicate/v1.',
    });
  }
  return { subject, predicateType, predicate };
}

function checkSubject({ name, digest }: StatementSubject): void {
  const digests = Object.entries(digest);
  const isWritten = digests.every(([algorithm, value]) => {
    const length = Object.hasOwn(DIGEST_LENGTHS, algorithm) ? DIGEST_LENGTHS[algorithm] : undefined;
    const fits =
      algorithm === 'gitCommit' ? value.length === 40 || value.length === 64 : length === value.length;
    return algorithm !== '' && value !== '' && (length === undefined || (fits && /^[0-9a-f]+$/.test(value)));
  });
  if (digests.length > 0 && isWritten) return;
  throw new SuiteError('INPUT_INVALID', `The subject "${name.slice(0, 200)}" has no digest that is one.`, {
    remedy: 'Write it as sha256: and 64 lower-case hexadecimal digits.',
  });
}

/**
 * Writes a statement as the bytes to sign (in-toto attestation, "Statement" v1).
 *
 * @throws SuiteError `LIMIT_EXCEEDED` when its predicate is over 16 MB
 */
export function encodeStatement({ subject, predicateType, predicate }: Statement): Buffer {
  const bytes = Buffer.from(JSON.stringify({ _type: STATEMENT_TYPE, subject, predicateType, predicate }));
  // Whatever the subjects take, they are 1024 at most: only a predicate can make the difference.
  if (bytes.length > MAX_PREDICATE_BYTES) {
    const length = Buffer.byteLength(JSON.stringify(predicate));
    if (length > MAX_PREDICATE_BYTES) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `A predicate has at most ${MAX_PREDICATE_BYTES} bytes, and this one (${predicateType}) has ${length}.`,
        {
          remedy:
            'Leave out what verifiers do not need (the files of an SBOM, say), or publish it and attest its digest.',
        },
      );
    }
  }
  return bytes;
}
