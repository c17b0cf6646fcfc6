import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Outputs } from '@artifact-lifecycle/core/action';
import {
  type EnvironmentHistory,
  renderHistoryReport,
  renderPromotionReport,
  stops,
} from '@artifact-lifecycle/gates';
import type { Digest } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import type { promote } from './inputs.ts';
import type { RunOutcome } from './outcome.ts';
import { reportHistory, reportPromotion, reportRollback, reportRun } from './report-facts.ts';
import type { RollbackPlan } from './rollback-plan.ts';
import { effortRows } from './summary.ts';

/** Says where a report was written, where it was. */
type Written = Outputs<typeof promote>;

/**
 * Writes the report of a run, where one is asked for; of promotions that gates keep out, too. A dry run writes nothing.
 *
 * @throws SuiteError `INPUT_INVALID` where the file cannot be written
 */
export async function writeReport(run: RunOutcome, desk: Desk): Promise<Written> {
  const isFailed = run.promotions.some(({ state }) => state !== 'promoted' && state !== 'planned');
  return write(desk, isFailed, async () => {
    const time = run.promotions[0]?.judged.now ?? desk.context.clock.now();
    return renderPromotionReport({
      ...(await reportRun(time, desk)),
      promotions: run.promotions.map((one) => reportPromotion(one, run)),
      effort: effortRows(run).map(([name, value]) => ({ name, value })),
    });
  });
}

/** Writes the report of a rollback. */
export async function writeRollbackReport(
  plan: RollbackPlan,
  records: readonly Digest[],
  desk: Desk,
): Promise<Written> {
  return write(desk, plan.results.some(stops), async () =>
    renderPromotionReport({
      ...(await reportRun(plan.now, desk)),
      promotions: [reportRollback(plan, records)],
      effort: [],
    }),
  );
}

/** Writes what environments have had. */
export async function writeHistoryReport(
  histories: readonly EnvironmentHistory[],
  desk: Desk,
): Promise<Written> {
  return write(desk, false, async () =>
    renderHistoryReport({
      ...(await reportRun(desk.context.clock.now(), desk)),
      histories: histories.map(reportHistory),
    }),
  );
}

/** @param isFailed whether the run ends in an error anyway, which one about its report may not hide */
async function write(
  { inputs, context }: Desk,
  isFailed: boolean,
  render: () => Promise<string>,
): Promise<Written> {
  const { reportFile, dryRun } = inputs;
  if (reportFile === undefined || dryRun) return {};
  const path = resolve(context.workspace, reportFile);
  const page = await render();
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, page);
  } catch (error) {
    const problem = `The report ${JSON.stringify(reportFile)} cannot be written: ${error instanceof Error ? error.message : String(error)}.`;
    if (isFailed) {
      context.log.warning(problem);
      return {};
    }
    throw new SuiteError('INPUT_INVALID', problem, {
      remedy: 'Name a file as "report-file" in a directory where the job may write.',
    });
  }
  context.log.info(`The report is in ${reportFile}`);
  return { reportFile };
}
