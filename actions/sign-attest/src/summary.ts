import { formatCount, type Line, mermaidLabel, type Summary } from '@artifact-lifecycle/core/action';
import { githubOf, pathOf, referrerOf } from './attestation.ts';
import type { SignReport } from './sign-report.ts';
import { commandsOf } from './verify-command.ts';

/** More rows say nothing to a reader; the output `bundles` has all. */
const MAX_ROWS = 100;

/** What a run came to, in one line: the verdict of log and summary. */
export function verdictOf({ isDryRun, subjects, planned, attestations }: SignReport): string {
  const what = formatCount(subjects.length, 'subject');
  const statements = formatCount(planned.length, 'statement');
  if (isDryRun) return `Dry run: ${statements} about ${what} would be signed; nothing was written`;
  if (attestations.length < planned.length) {
    return `Stopped after ${attestations.length} of ${statements} about ${what}; the next run signs the rest`;
  }
  const signed = attestations.filter(({ outcome }) => outcome === 'signed').length;
  if (signed === 0) return `Nothing to do: ${statements} about ${what}, signed already`;
  const found = attestations.length - signed;
  return `Signed ${formatCount(signed, 'statement')} about ${what}${found > 0 ? `; ${found} were there already` : ''}`;
}

/** Writes the job summary: the verdict, the chain from commit to log, every statement, and how to verify it. */
export function summarise(report: SignReport, summary: Summary): void {
  const { isDryRun, planned, attestations, identity, instance } = report;
  summary.heading(`${isDryRun ? '📝' : '✅'} ${verdictOf(report)}`);
  summary.table(['Signed by', 'Sigstore'], [[{ code: identity }, instance.name]]);
  summary.mermaid(chainOf(report));
  const rows = isDryRun
    ? planned.map(({ subject, kind, statement }): readonly Line[] => [
        subject.label,
        kind,
        { code: statement.predicateType },
        '',
      ])
    : attestations.map((attestation): readonly Line[] => {
        const { subject, kind, statement } = attestation.planned;
        const { url } = githubOf(attestation);
        const place = referrerOf(attestation) ?? pathOf(attestation) ?? '';
        return [
          subject.label,
          kind,
          { code: statement.predicateType },
          url === undefined ? { code: place } : [{ code: place }, ' ', { link: 'on GitHub', to: url }],
        ];
      });
  summary.table(['Subject', 'What', 'Type', 'Kept'], rows.slice(0, MAX_ROWS));
  if (rows.length > MAX_ROWS)
    summary.paragraph(`${rows.length - MAX_ROWS} more stand in the output "bundles".`);
  if (isDryRun) return;
  summary.details('Verify it', (inner) => {
    for (const { command, language } of commandsOf(report)) inner.code(command, language);
  });
}

/** commit → run → digest → statements → log. */
function chainOf({ run, subjects, planned, instance }: SignReport): string {
  const [subject] = subjects;
  const kinds = [...new Set(planned.map(({ kind }) => kind))];
  const lines = ['flowchart LR'];
  const node = (id: string, label: string): void => {
    lines.push(`  ${id}[${mermaidLabel(label)}]`);
  };
  if (run !== undefined) {
    node('commit', `commit ${run.sha.slice(0, 7)}`);
    node('run', run.url.split('/').slice(-3).join('/'));
    lines.push('  commit --> run --> digest');
  }
  node(
    'digest',
    `${subject?.label ?? ''} ${subject?.digest.slice(0, 19) ?? ''}${subjects.length > 1 ? ` and ${subjects.length - 1} more` : ''}`,
  );
  for (const kind of kinds) {
    node(kind, kind);
    lines.push(`  digest --> ${kind}`);
    if (instance.rekor !== undefined) lines.push(`  ${kind} --> log`);
  }
  if (instance.rekor !== undefined) node('log', `transparency log ${new URL(instance.rekor.url).host}`);
  return lines.join('\n');
}
