import { formatNumber } from '../canary/finding.ts';
import type { RecordedCanary, RecordedMetric } from '../record/record.ts';
import { drawBoxPlot } from './box-plot.ts';
import { badge, heading } from './gates.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ReportedPromotion } from './report.ts';
import type { Tone } from './words.ts';

const CLASSES: Readonly<
  Record<RecordedCanary['classification'], { readonly word: string; readonly tone: Tone }>
> = {
  pass: { word: 'Pass', tone: 'pass' },
  marginal: { word: 'Marginal', tone: 'warn' },
  fail: { word: 'Fail', tone: 'stop' },
};

const FINDINGS: Readonly<
  Record<RecordedMetric['classification'], { readonly word: string; readonly tone: Tone }>
> = {
  pass: { word: 'No worse', tone: 'pass' },
  high: { word: 'Higher', tone: 'stop' },
  low: { word: 'Lower', tone: 'stop' },
  'no-data': { word: 'No data', tone: 'warn' },
};

/** Pixels of the bar that shows the score. */
const SCORE_WIDTH = 400;

/** Shows what the canary came to: its score, its groups, and each metric with its points. */
export function renderCanary({ canary }: ReportedPromotion, level: number, id: string): Content {
  if (canary === null) return undefined;
  const { word, tone } = CLASSES[canary.classification];
  const metrics = canary.metrics.map((metric, index) =>
    renderMetric(metric, level + 1, `${id}-metric-${index + 1}`),
  );
  return markup`
    <section class="canary">
      ${heading(level, 'Canary')}
      <p class="score"><strong>${formatNumber(canary.score)}</strong> of 100 ${badge(word, tone)}</p>
      ${drawScore(canary)}
      <p class="note">The judge is <q>${canary.judge}</q>. It passes from ${formatNumber(canary.pass)} on, and is marginal from ${formatNumber(canary.marginal)} on.</p>
      ${renderGroups(canary)}
      <ul class="metrics">${metrics}</ul>
    </section>`;
}

/** The words beside it say all that it shows. */
function drawScore({ score, pass, marginal, classification }: RecordedCanary): Markup {
  const at = (value: number): number => Math.round((Math.min(Math.max(value, 0), 100) / 100) * SCORE_WIDTH);
  return markup`
    <svg class="score-bar ${CLASSES[classification].tone}" viewBox="0 0 ${SCORE_WIDTH} 16" aria-hidden="true" focusable="false">
      <rect class="track" x="0" y="4" width="${SCORE_WIDTH}" height="8" rx="4"/>
      <rect class="fill" x="0" y="4" width="${at(score)}" height="8" rx="4"/>
      <line x1="${at(marginal)}" x2="${at(marginal)}" y1="0" y2="16"/>
      <line x1="${at(pass)}" x2="${at(pass)}" y1="0" y2="16"/>
    </svg>`;
}

function renderGroups({ groups }: RecordedCanary): Content {
  if (groups.length < 2) return undefined;
  const rows = groups.map(
    ({ name, score, weight }) =>
      markup`<tr><th scope="row">${name}</th><td>${formatNumber(score)}</td><td>${formatNumber(weight)}</td></tr>`,
  );
  return markup`
    <table class="small">
      <caption>Groups of metrics</caption>
      <thead><tr><th scope="col">Group</th><th scope="col">Score</th><th scope="col">Weight</th></tr></thead>
      <tbody>${rows}</tbody>
    </table>`;
}

function renderMetric(metric: RecordedMetric, level: number, id: string): Markup {
  const { word, tone } = FINDINGS[metric.classification];
  return markup`
    <li class="metric">
      <div class="gate-head">${heading(level, metric.name)} ${badge(metric.isCritical ? `${word}, critical` : word, tone)}</div>
      ${drawBoxPlot(metric, id)}
      <p class="note">${metric.reason}</p>
    </li>`;
}
