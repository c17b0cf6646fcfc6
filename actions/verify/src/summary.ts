import { formatCount, type Line, type Summary } from '@artifact-lifecycle/core/action';
import { PREDICATE_TYPE, SBOM_TYPES } from '@artifact-lifecycle/trust';
import { isVerified, refusalsOf, type VerifyResult } from './result.ts';

/** More rows say nothing to a reader; the output `evidence` has all. */
const MAX_ROWS = 100;

/** What a run came to, in one line: the verdict of log and summary. */
export function verdictOf(result: VerifyResult): string {
  const name = result.artifacts[0]?.artifact.name ?? result.digest;
  if (!isVerified(result)) return `${name} is not verified`;
  const parts =
    result.artifacts.length > 1 ? ` with ${formatCount(result.artifacts.length - 1, 'platform')}` : '';
  const { level } = result.whole.slsa;
  return `${name}${parts} is verified${level > 0 ? `, SLSA build level ${level}` : ''}`;
}

/** Writes the job summary: the verdict, what is missing, the level and why not a higher one, then the evidence. */
export function summarise(result: VerifyResult, summary: Summary): void {
  const refusals = refusalsOf(result);
  summary.heading(`${refusals.length === 0 ? '✅' : '❌'} ${verdictOf(result)}`);
  summary.paragraph([{ code: result.digest }]);
  if (refusals.length > 0) summary.list(refusals);
  const { level, missing, builder } = result.whole.slsa;
  summary.table(
    ['SLSA build level', ''],
    [
      [level, builder === undefined ? '' : ['built by ', { code: builder }]],
      ...missing.map(({ level: above, reason }): readonly Line[] => [`not ${above}`, reason]),
    ],
  );
  const rows = result.artifacts.flatMap(({ artifact, verification }) =>
    verification.evidence.map(({ verdict, predicateType, reason, certificate }): readonly Line[] => [
      artifact.name,
      verdict === 'accepted' ? '✅' : '❌',
      predicateName(predicateType),
      reason,
      certificate?.sourceRepositoryUri ?? '',
    ]),
  );
  summary.table(['Artifact', '', 'What', 'Why', 'Built from'], rows.slice(0, MAX_ROWS));
  if (rows.length > MAX_ROWS)
    summary.paragraph(`${rows.length - MAX_ROWS} more stand in the output "evidence".`);
  summary.details('What each proof proves', (inner) => {
    inner.list(PROOFS);
  });
}

/** A signature alone says who; SolarWinds' were valid. */
const PROOFS: readonly string[] = [
  'A signature says who signed these bytes, and nothing about where they come from.',
  'Provenance says from which commit, by which workflow and on which runner they were built.',
  'An SBOM attestation says what somebody states is inside.',
  'The SLSA level says how hard it would be to forge the provenance.',
];

function predicateName(predicateType: string | undefined): Line {
  if (predicateType === undefined || predicateType === PREDICATE_TYPE.signature) return 'signature';
  if (predicateType === PREDICATE_TYPE.provenance) return 'provenance';
  if (predicateType === PREDICATE_TYPE.vsa) return 'verification summary';
  return SBOM_TYPES.includes(predicateType) ? 'SBOM' : { code: predicateType };
}
