import { readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import { parseBoundedJson } from '@artifact-lifecycle/registry';
import {
  MAX_PREDICATE_BYTES,
  makePredicateStatement,
  makeSbomStatement,
  makeSignatureStatement,
  makeStatement,
  PREDICATE_TYPE,
  type Statement,
} from '@artifact-lifecycle/trust';
import type { Claims } from './request.ts';
import { describedDigest } from './sbom-subject.ts';
import { type Subject, statementSubject } from './subject.ts';

/** A statement that is to be signed, about one subject. */
export interface PlannedStatement {
  readonly subject: Subject;
  readonly statement: Statement;
  /** `signature`, `provenance`, `sbom`, `predicate`: part of a file's name. */
  readonly kind: 'signature' | 'provenance' | 'sbom' | 'predicate';
}

/**
 * Plans what is said of each subject: a statement for each claim. An SBOM is said of the manifest that it describes.
 *
 * @param provenance the predicate, where provenance is asked for.
 * @throws SuiteError `NOT_FOUND`, `CONTENT_INVALID`, `LIMIT_EXCEEDED` of files; `INPUT_INVALID` for an SBOM that
 *   describes none of the subjects
 */
export async function planStatements(
  subjects: readonly Subject[],
  claims: Claims,
  provenance: Readonly<Record<string, unknown>> | undefined,
): Promise<readonly PlannedStatement[]> {
  const { predicate } = claims;
  const custom =
    predicate === undefined
      ? undefined
      : { type: predicate.type, value: await readJson(predicate.path, 'predicate') };
  const planned: PlannedStatement[] = [];
  for (const subject of subjects) {
    const about = [statementSubject(subject)];
    if (claims.signature)
      planned.push({ subject, kind: 'signature', statement: makeSignatureStatement(about) });
    if (provenance !== undefined) {
      const statement = makeStatement(about, PREDICATE_TYPE.provenance, provenance);
      planned.push({ subject, kind: 'provenance', statement });
    }
    if (custom !== undefined) {
      const statement = makePredicateStatement(about, custom.type, custom.value);
      planned.push({ subject, kind: 'predicate', statement });
    }
  }
  for (const path of claims.sboms) {
    const document = await readJson(path, 'SBOM');
    const subject = chooseSubject(document, path, subjects);
    const statement = makeSbomStatement([statementSubject(subject)], document);
    planned.push({ subject, kind: 'sbom', statement });
  }
  return planned;
}

/** Who the document names; where it names nobody, the only subject there is. */
function chooseSubject(document: object, path: string, subjects: readonly Subject[]): Subject {
  const digest = describedDigest(document);
  const named = subjects.find((subject) => subject.digest === digest);
  if (named !== undefined) return named;
  const [only, ...others] = subjects;
  if (digest === undefined && only !== undefined && others.length === 0) return only;
  const fact =
    digest === undefined
      ? `The SBOM ${path} does not say what it describes, and there are ${subjects.length} subjects.`
      : `The SBOM ${path} describes ${digest}, which is none of the subjects.`;
  throw new SuiteError('INPUT_INVALID', fact, {
    remedy: 'Give the SBOM of one of the subjects: what the action sbom writes says of which manifest it is.',
  });
}

async function readJson(path: string, what: string): Promise<Record<string, unknown>> {
  const bytes = await readBoundedFile(path, MAX_PREDICATE_BYTES, `The ${what} ${path}`, {
    large: 'Attest to a smaller document: readers refuse larger bundles.',
  });
  const value = parseBoundedJson(bytes, `${what} ${path}`);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new SuiteError('CONTENT_INVALID', `The ${what} ${path} is no JSON object.`);
}
