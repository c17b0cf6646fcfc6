import type { Outputs } from '@artifact-lifecycle/core/action';
import { stops } from '@artifact-lifecycle/gates';
import { type Digest, formatLocation, formatReference } from '@artifact-lifecycle/registry';
import { announce, type News } from './deployment.ts';
import type { Desk } from './desk.ts';
import type { promote } from './inputs.ts';
import { gateFailure } from './judging.ts';
import { gateFacts } from './outcome.ts';
import { writeRollbackReport } from './report.ts';
import { planRollback, type RollbackPlan } from './rollback-plan.ts';
import { summariseRollback } from './rollback-summary.ts';
import { takeBack } from './rollback-writing.ts';
import { openRecordSigner, type RecordSigner } from './signing.ts';

/**
 * Points the channels of an environment back to something that was there (contract: `mode: rollback`), records it, and
 * holds the environment against what was taken out.
 */
export async function rollBack(desk: Desk): Promise<Outputs<typeof promote>> {
  const { inputs, context } = desk;
  const plan = await planRollback(desk);
  const { artifact, regions, results } = plan;
  context.setOutputs({ digest: artifact.digest, gates: results.map(gateFacts), promoted: false });
  if (results.some(stops)) {
    context.setOutputs(await writeRollbackReport(plan, [], desk));
    throw gateFailure([plan]);
  }
  const signer = await openRecordSigner({ ...desk, inputs: { ...inputs, record: 'true' } });
  const records = inputs.dryRun || signer === undefined ? [] : await takeBackLoudly(plan, signer, desk);
  const references = regions.flatMap(({ registry, channels }) =>
    channels.map(({ tag }) => formatReference({ location: registry.location, tag, digest: artifact.digest })),
  );
  for (const { registry, channels } of regions) {
    if (channels.length > 0) continue;
    context.log.warning(
      `No channel of ${formatLocation(registry.location)} points to what is withdrawn; only the hold is set.`,
    );
  }
  for (const reference of references) context.log.info(`  ${reference}`);
  summariseRollback(plan, { isDryRun: inputs.dryRun, records }, context.summary);
  context.addToJson({
    dryRun: inputs.dryRun,
    rollback: regions.map(({ registry, taken, target, channels }) => ({
      repository: formatLocation(registry.location),
      withdrawn: taken,
      to: target.subject,
      channels: channels.map(({ tag, digest }) => ({ tag, from: digest })),
    })),
  });
  return {
    promoted: !inputs.dryRun,
    references,
    ...(await writeRollbackReport(plan, records, desk)),
    ...(records[0] !== undefined && { record: records[0] }),
  };
}

/** Takes back, and tells GitHub of it: what is in the environment is a question to the repository's page, too. */
async function takeBackLoudly(
  plan: RollbackPlan,
  signer: RecordSigner,
  desk: Desk,
): Promise<readonly Digest[]> {
  const { station, artifact, request, regions } = plan;
  const news: News = {
    ...{ environment: station.name, artifact, version: request.version, verb: 'Went back to' },
    places: regions.map(({ registry: { location }, channels }) => ({
      location,
      tags: channels.map(({ tag }) => tag),
    })),
  };
  const announced = await announce(news, desk);
  try {
    const records = await takeBack(plan, signer, desk);
    await announced.succeeded(records);
    return records;
  } catch (error) {
    await announced.failed();
    throw error;
  }
}
