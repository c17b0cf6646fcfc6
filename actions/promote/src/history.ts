import { SuiteError } from '@artifact-lifecycle/core';
import type { Outputs } from '@artifact-lifecycle/core/action';
import { type EnvironmentHistory, readHistory, type VerifiedRecord } from '@artifact-lifecycle/gates';
import { openRegistry } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import { tellRemark } from './history-remarks.ts';
import type { promote } from './inputs.ts';
import { openReader, openVerifier, recordIdentity } from './records.ts';
import { writeHistoryReport } from './report.ts';
import { findStation, locationsOf, type Station } from './station.ts';

/** Lists what each environment has had, when, by whom and by which gates (contract: `mode: history`). */
export async function showHistory(desk: Desk): Promise<Outputs<typeof promote>> {
  const { context, inputs, policy } = desk;
  const names = inputs.to ?? [...(policy?.environments?.keys() ?? [])];
  if (names.length === 0) {
    throw new SuiteError('INPUT_INVALID', 'There is no environment whose history could be read.', {
      remedy: 'Describe environments in the policy file, or name one by "to".',
    });
  }
  const identity = await recordIdentity(desk);
  const verify = openVerifier(desk, async () => identity);
  const histories: EnvironmentHistory[] = [];
  for (const station of names.map((name) => findStation(name, 'to', policy, inputs.policy))) {
    histories.push(...(await readStation(station)));
  }
  for (const { environment, repository, entries, remarks } of histories) {
    context.log.info(
      `${environment} (${repository}): ${entries.length} ${entries.length === 1 ? 'record' : 'records'}`,
    );
    // Each is an annotation on the run's page, and a repository may have thousands of tags without a record.
    for (const remark of remarks.slice(0, MAX_WARNINGS))
      context.log.warning(`${environment} (${repository}): ${tellRemark(remark)}`);
    if (remarks.length > MAX_WARNINGS) {
      const more = remarks.length - MAX_WARNINGS;
      context.log.warning(
        `${environment} (${repository}): ${more} more remarks are in the output "history".`,
      );
    }
  }
  summariseHistory(histories, desk);
  const history = histories.map(historyFacts);
  context.addToJson({ dryRun: inputs.dryRun });
  return { promoted: false, history, ...(await writeHistoryReport(histories, desk)) };

  function readStation(station: Station): Promise<readonly EnvironmentHistory[]> {
    return Promise.all(
      locationsOf(station).map((location) =>
        readHistory(
          { environment: station.name, thorough: true },
          openReader(openRegistry(location, desk.connections), verify, desk),
        ),
      ),
    );
  }
}

/** The audit export: every field of each record, with what carries and signs it. */
export function historyFacts({ environment, repository, entries, remarks }: EnvironmentHistory): object {
  return {
    environment,
    repository,
    entries: entries.map(({ manifest, subject, record, signedAt, signer }) => ({
      digest: subject,
      recordManifest: manifest,
      signedAt: signedAt === undefined ? null : new Date(signedAt).toISOString(),
      signer: signer ?? null,
      ...record,
    })),
    remarks: remarks.map((remark) => ({ ...remark, text: tellRemark(remark) })),
  };
}

/** GitHub shows ten annotations of a step. */
const MAX_WARNINGS = 10;

/** So many entries of an environment are shown; all are in the output. */
const MAX_SHOWN = 50;

function summariseHistory(histories: readonly EnvironmentHistory[], { context: { summary } }: Desk): void {
  summary.heading('📜 What each environment has had');
  for (const { environment, repository, entries, remarks } of histories) {
    summary.paragraph([{ strong: environment }, ' in ', { code: repository }]);
    if (entries.length === 0) summary.paragraph('No record.');
    else {
      summary.table(
        ['When', 'What', 'Version', 'Digest', 'By whom', 'Gates', 'Record'],
        entries.slice(0, MAX_SHOWN).map((entry) => rowOf(entry)),
      );
    }
    if (entries.length > MAX_SHOWN)
      summary.paragraph(`${entries.length - MAX_SHOWN} more are in the output "history".`);
    if (remarks.length > 0) {
      summary.details(`${remarks.length} ${remarks.length === 1 ? 'remark' : 'remarks'}`, (inner) =>
        inner.list(remarks.slice(0, MAX_SHOWN).map(tellRemark)),
      );
    }
  }
}

function rowOf({ record, subject, manifest, signer }: VerifiedRecord) {
  const gates = record.gates.map(({ gate, verdict }) => `${gate} ${verdict}`).join(', ');
  return [
    record.time,
    record.event,
    record.version ?? '',
    { code: subject },
    record.run?.actor || signer || 'the key',
    gates,
    { code: manifest },
  ];
}
