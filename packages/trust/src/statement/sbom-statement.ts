import { SuiteError } from '@artifact-lifecycle/core';
import { isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import { memberOf, textOf } from '../service/json-object.ts';
import { makeStatement } from './encode-statement.ts';
import { PREDICATE_TYPE } from './predicate-type.ts';
import type { Statement, StatementSubject } from './statement.ts';

/**
 * Tells the predicate type of an SBOM, whose document is the predicate, whole. CycloneDX of every version has the one
 * type that cosign (`--type cyclonedx`), GitHub and in-toto know. SPDX 2 has `https://spdx.dev/Document`, in-toto's own
 * and what cosign's `--type spdxjson`, Kyverno and policy-controller ask for by name; the form with a version that
 * GitHub's action writes is found only by who knows the version. SPDX 3 is another model, and has a type of its own.
 *
 * @throws SuiteError `CONTENT_INVALID` when the document is neither
 */
export function predicateTypeOfSbom(document: unknown): string {
  if (memberOf(document, 'bomFormat') === 'CycloneDX') return PREDICATE_TYPE.cyclonedx;
  if (textOf(document, 'spdxVersion')?.startsWith('SPDX-2.')) return PREDICATE_TYPE.spdx;
  const context = memberOf(document, '@context');
  if (typeof context === 'string' && /^https:\/\/spdx\.org\/rdf\/3\.\d+\.\d+\//.test(context)) {
    return PREDICATE_TYPE.spdx3;
  }
  throw new SuiteError('CONTENT_INVALID', 'The SBOM is neither CycloneDX nor SPDX, in JSON.', {
    remedy: 'Write it as CycloneDX JSON or SPDX JSON; the action sbom does.',
  });
}

/**
 * Makes the statement that an SBOM describes its subjects.
 *
 * @throws SuiteError as {@link predicateTypeOfSbom} and `makeStatement` do
 */
export function makeSbomStatement(subject: readonly StatementSubject[], document: JsonObject): Statement {
  return makeStatement(subject, predicateTypeOfSbom(document), document);
}

/**
 * Makes cosign's signature of subjects: that somebody signed them, and nothing else (cosign, "BUNDLE_SPEC").
 *
 * @throws SuiteError as `makeStatement` does
 */
export function makeSignatureStatement(subject: readonly StatementSubject[]): Statement {
  return makeStatement(subject, PREDICATE_TYPE.signature, {});
}

/**
 * Makes the statement of any other predicate.
 *
 * @throws SuiteError `CONTENT_INVALID` when the predicate is no JSON object, and as `makeStatement` does
 */
export function makePredicateStatement(
  subject: readonly StatementSubject[],
  predicateType: string,
  predicate: unknown,
): Statement {
  if (!isJsonObject(predicate)) {
    throw new SuiteError(
      'CONTENT_INVALID',
      `The predicate of type ${predicateType.slice(0, 200)} is no JSON object.`,
      {
        remedy: 'Write it as a JSON object (in-toto attestation, "Predicate").',
      },
    );
  }
  return makeStatement(subject, predicateType, predicate);
}
