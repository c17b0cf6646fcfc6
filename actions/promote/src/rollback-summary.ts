import type { Summary } from '@artifact-lifecycle/core/action';
import { type Digest, formatLocation } from '@artifact-lifecycle/registry';
import type { RollbackPlan } from './rollback-plan.ts';

/** What became of a rollback. */
export interface RollbackResult {
  readonly isDryRun: boolean;
  readonly records: readonly Digest[];
}

/** Writes the job summary of a rollback: what points where now, and what is held. */
export function summariseRollback(
  plan: RollbackPlan,
  { isDryRun, records }: RollbackResult,
  summary: Summary,
): void {
  const { station, artifact, regions, request } = plan;
  const verb = isDryRun ? 'would go back' : 'went back';
  summary.heading(
    `${isDryRun ? '📝' : '⏪'} ${station.name} ${verb} to ${request.version ?? artifact.digest}`,
  );
  summary.table(
    ['Repository', 'Channels', 'From', 'To', 'Record'],
    regions.map(({ registry, channels, taken }, index) => [
      { code: formatLocation(registry.location) },
      channels.map(({ tag }) => tag).join(', '),
      taken.join(', '),
      { code: artifact.digest },
      records[index] === undefined ? '' : { code: records[index] },
    ]),
  );
  const withdrawn = [...new Set(regions.flatMap(({ taken }) => taken))];
  summary.paragraph(
    `${withdrawn.join(', ')} may not come into ${station.name} again until it is released by "release-withdrawn: true".`,
  );
}
