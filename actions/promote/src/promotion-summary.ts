import { formatCount, type Line, type Summary } from '@artifact-lifecycle/core/action';
import {
  type GateResult,
  mainFacts,
  type RecordedCanary,
  stops,
  whatItTakes,
} from '@artifact-lifecycle/gates';
import type { PromotionOutcome } from './outcome.ts';
import { approvalsIn } from './record-making.ts';
import { drawRoad } from './road.ts';

/** How a verdict is shown; the word stands beside the sign. */
const VERDICTS: Readonly<Record<GateResult['verdict'], string>> = {
  pass: '✅ pass',
  fail: '❌ fail',
  error: '⛔ error',
  overridden: '🔨 overridden',
};

const FINDINGS: Readonly<Record<RecordedCanary['metrics'][number]['classification'], string>> = {
  pass: '✅ no worse',
  high: '❌ higher',
  low: '❌ lower',
  'no-data': '⚠️ no data',
};

/** So many metrics of a canary are shown, those that did not pass first; the report and the output have more. */
const MAX_METRICS = 20;

/** Tells of one promotion: the road, every gate with its reason, what it would take, who let it in, what was recorded. */
export function describePromotion(one: PromotionOutcome, isOne: boolean, summary: Summary): void {
  const { judged, records } = one;
  const { results, override, request, canary } = judged;
  if (!isOne) {
    const into = request.to === undefined ? '' : ` to ${request.to.name}`;
    summary.heading(`${judged.artifact.digest}${into}: ${one.state}`, 4);
  }
  if (override !== null) {
    summary.paragraph([
      { strong: `🔨 The glass was broken by ${override.actor}:` },
      ` ${override.reason} Overridden: ${override.gates.join(', ')}.`,
    ]);
  }
  if (results.length > 0) {
    summary.mermaid(drawRoad(one));
    summary.table(['Gate', 'Verdict', 'Why'], results.map(rowOf));
  }
  const needs = results.filter(stops);
  if (needs.length > 0) {
    summary.paragraph({ strong: 'What it would take:' });
    summary.list(needs.map((result) => [{ strong: result.gate }, `: ${whatItTakes(result) ?? ''}`]));
  }
  const approvals = approvalsIn(results);
  if (approvals.length > 0) {
    const who = approvals.map(({ login, comment }) => (comment === '' ? login : `${login} (“${comment}”)`));
    summary.paragraph([{ strong: 'Approved by' }, ` ${who.join(', ')}.`]);
  }
  if (canary !== undefined) describeCanary(canary, summary);
  const evidence = results.flatMap(evidenceRows);
  if (evidence.length > 0) {
    summary.details('Evidence', (inner) => inner.table(['Gate', 'What', 'Found'], evidence));
  }
  if (records.length > 0) summary.paragraph(['Recorded as ', { code: records[0] ?? '' }, '.']);
}

function rowOf({ gate, verdict, reason, isWarning }: GateResult): readonly Line[] {
  const note = isWarning && verdict !== 'pass' ? ' (only a warning)' : '';
  return [{ code: gate }, `${VERDICTS[verdict]}${note}`, reason];
}

/** The metrics of a canary are told for themselves. */
function evidenceRows({ gate, evidence }: GateResult): readonly (readonly Line[])[] {
  const { metrics: _, groups: __, ...rest } = evidence;
  return mainFacts(gate === 'canary' ? rest : evidence).map(({ name, value }) => [
    { code: gate },
    name,
    value,
  ]);
}

function describeCanary({ score, pass, metrics, judge }: RecordedCanary, summary: Summary): void {
  const title = `Canary: ${score} of 100, passes from ${pass} on; ${formatCount(metrics.length, 'metric')} by the judge "${judge}"`;
  summary.details(title, (inner) => {
    inner.table(
      ['Metric', 'Group', 'Finding', 'Why'],
      metrics
        .slice(0, MAX_METRICS)
        .map(({ name, group, classification, isCritical, reason }) => [
          name,
          group,
          `${FINDINGS[classification]}${isCritical ? ', critical' : ''}`,
          reason,
        ]),
    );
    if (metrics.length > MAX_METRICS)
      inner.paragraph(`${metrics.length - MAX_METRICS} more are in the output "gates".`);
  });
}
