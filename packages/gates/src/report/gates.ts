import { type GateResult, stops } from '../verdict/verdict.ts';
import { nameFact, renderFacts } from './evidence.ts';
import { type Content, type Markup, markup } from './markup.ts';
import type { ReportedPromotion } from './report.ts';
import { whatItTakes } from './what-it-takes.ts';
import { toneOf, verdictWord } from './words.ts';

/** What the canary's own section shows, the evidence does not repeat. */
const DRAWN_OF_CANARY: ReadonlySet<string> = new Set(['groups', 'metrics']);

/** A heading of some level, 2 to 4. */
export function heading(level: number, text: Content): Markup {
  if (level <= 2) return markup`<h2>${text}</h2>`;
  return level === 3 ? markup`<h3>${text}</h3>` : markup`<h4>${text}</h4>`;
}

/** A verdict as a word in its colour. */
export function badge(word: string, tone: string): Markup {
  return markup`<span class="badge ${tone}">${word}</span>`;
}

/** Shows each gate: its verdict, why, and folded what that rests on. */
export function renderGates({ gates, canary }: ReportedPromotion, level: number): Content {
  if (gates.length === 0) return markup`<p class="note">No gate was asked for.</p>`;
  const items = gates.map((result) => renderGate(result, canary !== null, level));
  return markup`<ul class="gates">${items}</ul>`;
}

function renderGate(result: GateResult, isCanaryDrawn: boolean, level: number): Markup {
  const { gate, reason, evidence } = result;
  const tone = toneOf(result);
  const isDrawn = gate === 'canary' && isCanaryDrawn;
  const shown = isDrawn
    ? Object.fromEntries(Object.entries(evidence).filter(([name]) => !DRAWN_OF_CANARY.has(name)))
    : evidence;
  return markup`
    <li class="gate ${tone}">
      <div class="gate-head">${heading(level, nameFact(gate))} ${badge(verdictWord(result), tone)}</div>
      <div><p>${reason}</p>
      ${
        Object.keys(shown).length === 0
          ? undefined
          : markup`<details><summary>Evidence<span class="hidden"> of ${gate}</span></summary>${renderFacts(shown)}</details>`
      }</div>
    </li>`;
}

/** What it would take, where something stops: a line a gate. */
export function renderNeeds({ gates }: ReportedPromotion, level: number): Content {
  const needs = gates.filter(stops).map((result) => {
    return markup`<li><strong>${result.gate}</strong> <span>${whatItTakes(result)}</span></li>`;
  });
  if (needs.length === 0) return undefined;
  return markup`<section class="needs">${heading(level, 'What it would take')}<ul>${needs}</ul></section>`;
}

/** The broken glass: who, why, and what it lifted. */
export function renderOverride({ override }: ReportedPromotion, level: number): Content {
  if (override === null) return undefined;
  return markup`
    <section class="override">
      ${heading(level, 'The glass was broken')}
      <blockquote><p>${override.reason}</p></blockquote>
      <p><strong>${override.actor}</strong> overrode ${joined(override.gates)}, and the record says so.</p>
    </section>`;
}

/** Who has approved. */
export function renderApprovals({ approvals }: ReportedPromotion, level: number): Content {
  if (approvals.length === 0) return undefined;
  const items = approvals.map(
    ({ login, id, comment }) =>
      markup`<li><strong>${login}</strong> <span class="note">(account ${id})</span>${
        comment === '' ? undefined : markup`: <q>${comment}</q>`
      }</li>`,
  );
  return markup`<section>${heading(level, 'Approvals')}<ul class="plain">${items}</ul></section>`;
}

function joined(names: readonly string[]): Content {
  return names.map((name, index) => [index === 0 ? '' : ', ', markup`<strong>${name}</strong>`]);
}
