import { stops } from '../verdict/verdict.ts';
import { renderCanary } from './canary.ts';
import { badge, heading, renderApprovals, renderGates, renderNeeds, renderOverride } from './gates.ts';
import { type Content, code, type Markup, markup } from './markup.ts';
import { fitting, MAX_PAGE_BYTES, renderFactList, renderPage } from './page.ts';
import { renderPlaces } from './places.ts';
import type { PromotionReport, ReportedPromotion, ReportedState } from './report.ts';
import { planRoad } from './road.ts';
import { drawTallRoad } from './tall-road.ts';
import { drawWideRoad } from './wide-road.ts';
import { countOf, formatTime, headline, STATES } from './words.ts';

/** So many warnings are told. */
const MAX_WARNINGS = 50;

/**
 * Writes the report of a run of promotions as one HTML page that needs nothing else: no network, no script, no file.
 * The same report gives the same bytes.
 */
export function renderPromotionReport(report: PromotionReport): string {
  const { promotions, time, effort } = report;
  const [first] = promotions;
  const isOne = promotions.length === 1 && first !== undefined;
  const title = isOne ? headline(first) : tally(promotions);
  const sections = promotions.map((promotion, index) => renderPromotion(promotion, index + 1, isOne));
  const shown = fitting(sections, MAX_PAGE_BYTES);
  const left = promotions.length - shown;
  const header = markup`
    <p class="kicker">${isOne ? badges(first) : undefined} Promotion report <time datetime="${time}">${formatTime(time)}</time></p>
    <h1>${title}</h1>
    ${isOne ? [markup`<p class="lede">${lede(first)}</p>`, artifactFacts(first)] : undefined}`;
  const main = [
    isOne ? undefined : renderOverview(promotions, shown),
    sections.slice(0, shown),
    left === 0
      ? undefined
      : markup`<p class="note">${left} more do not fit into this page; the output <code>json</code> has all of them.</p>`,
  ];
  return renderPage({ title, header, main, run: report, effort });
}

/** The state, and that the glass was broken, each in a word. */
function badges({ state, override }: ReportedPromotion): Content {
  const { word, tone } = STATES[state];
  return [badge(word, tone), override === null ? undefined : [' ', badge('Overridden', 'warn')]];
}

/** `3 promotions: 1 refused, 2 not started`. */
function tally(promotions: readonly ReportedPromotion[]): string {
  const states = Object.keys(STATES) as ReportedState[];
  const counted = states.flatMap((state) => {
    const count = promotions.filter((one) => one.state === state).length;
    return count === 0 ? [] : [`${count} ${STATES[state].word.toLowerCase()}`];
  });
  return `${countOf(promotions.length, 'promotion')}: ${counted.join(', ')}`;
}

function lede({ state, gates, override, event }: ReportedPromotion): string {
  const stopping = gates.filter(stops).length;
  const judged = gates.length === 0 ? 'No gate was asked for' : `${countOf(gates.length, 'gate')} judged it`;
  switch (state) {
    case 'refused':
      return `${stopping} of ${countOf(gates.length, 'gate')} ${stopping === 1 ? 'stops' : 'stop'} it. Nothing was ${event === 'rollback' ? 'moved' : 'copied'}.`;
    case 'planned':
      return `${judged}. Nothing was written.`;
    case 'not-started':
      return `${judged}; another promotion of the same run failed before it.`;
    case 'failed':
      return `${judged}, and it failed on its way. Running it again finishes the work.`;
    default:
      return override === null
        ? `${judged}.`
        : `${judged}, and ${countOf(override.gates.length, 'of them was', 'of them were')} overridden.`;
  }
}

function artifactFacts({ artifact, from, environment }: ReportedPromotion): Markup {
  return renderFactList([
    ['Digest', code(artifact.digest)],
    ['Source', code(artifact.source)],
    ['Version', artifact.version ?? undefined],
    ['Commit', artifact.commit === null ? undefined : code(artifact.commit)],
    ['From', from ?? undefined],
    ['Into', environment ?? undefined],
  ]);
}

function renderOverview(promotions: readonly ReportedPromotion[], shown: number): Markup {
  const items = promotions.slice(0, shown).map((promotion, index) => {
    return markup`<li><a href="#promotion-${index + 1}">${headline(promotion)}</a> ${badges(promotion)}</li>`;
  });
  return markup`<nav aria-label="Promotions"><ol class="overview">${items}</ol></nav>`;
}

/** One promotion; where it is the only one, its title is the page's. */
function renderPromotion(promotion: ReportedPromotion, number: number, isOne: boolean): Markup {
  const id = `promotion-${number}`;
  const level = isOne ? 2 : 3;
  const title = isOne
    ? undefined
    : markup`<div class="gate-head">${markup`<h2 id="${id}-name">${headline(promotion)}</h2>`} ${badges(promotion)}</div><p class="lede">${lede(promotion)}</p>${artifactFacts(promotion)}`;
  const body: Content = [
    title,
    renderOverride(promotion, level),
    renderNeeds(promotion, level),
    drawRoad(promotion, id, level),
    markup`<section>${heading(level, 'Gates')}${renderGates(promotion, level + 1)}</section>`,
    renderCanary(promotion, level, id),
    renderApprovals(promotion, level),
    renderPlaces(promotion, level),
    renderWarnings(promotion, level),
  ];
  return isOne
    ? markup`<div class="promotion">${body}</div>`
    : markup`<section class="promotion many" id="${id}" aria-labelledby="${id}-name">${body}</section>`;
}

/** Twice, of which the style shows the one that fits the screen. */
function drawRoad(promotion: ReportedPromotion, id: string, level: number): Markup {
  const road = planRoad(promotion);
  return markup`<section>${heading(level, 'The road')}<div class="roads">${drawWideRoad(road, id)}${drawTallRoad(road, id)}</div></section>`;
}

function renderWarnings({ warnings }: ReportedPromotion, level: number): Content {
  if (warnings.length === 0) return undefined;
  const more = warnings.length - MAX_WARNINGS;
  return markup`
    <section>
      ${heading(level, 'Warnings')}
      <ul class="plain">${warnings.slice(0, MAX_WARNINGS).map((warning) => markup`<li>${warning}</li>`)}</ul>
      ${more > 0 ? markup`<p class="note">${more} more are in the output <code>json</code>.</p>` : undefined}
    </section>`;
}
