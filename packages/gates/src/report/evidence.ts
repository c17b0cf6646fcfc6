import type { EvidenceFacts, Json } from '../verdict/verdict.ts';
import { type Content, code, isWebAddress, link, type Markup, markup } from './markup.ts';

/** So many values of a gate are shown: a program's own evidence may have a thousand. */
const MAX_VALUES = 400;

/** Deeper than evidence of any gate; a program may nest what it likes. */
const MAX_DEPTH = 6;

/** How much may still be shown. */
interface Budget {
  left: number;
}

/** Shows evidence: names and values, as lists within lists. */
export function renderFacts(facts: EvidenceFacts): Markup {
  const budget: Budget = { left: MAX_VALUES };
  const shown = renderObject(facts, budget, 0);
  return markup`${shown}${
    budget.left <= 0
      ? markup`<p class="note">There is more; the output <code>gates</code> has all of it.</p>`
      : undefined
  }`;
}

function renderObject(facts: EvidenceFacts, budget: Budget, depth: number): Content {
  const entries = Object.entries(facts);
  if (entries.length === 0) return 'nothing';
  const rows = entries.flatMap(([name, value]) => {
    if (budget.left <= 0) return [];
    budget.left -= 1;
    return [markup`<div><dt>${nameFact(name)}</dt><dd>${renderValue(value, budget, depth + 1)}</dd></div>`];
  });
  return rows.length === 0 ? '…' : markup`<dl class="evidence">${rows}</dl>`;
}

function renderValue(value: Json, budget: Budget, depth: number): Content {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return renderText(value);
  if (depth > MAX_DEPTH) return '…';
  return isList(value) ? renderList(value, budget, depth) : renderObject(value, budget, depth);
}

function renderList(values: readonly Json[], budget: Budget, depth: number): Content {
  if (values.length === 0) return 'none';
  const items = values.flatMap((value) => {
    if (budget.left <= 0) return [];
    budget.left -= 1;
    return [markup`<li>${renderValue(value, budget, depth + 1)}</li>`];
  });
  return items.length === 0 ? '…' : markup`<ul>${items}</ul>`;
}

function renderText(text: string): Content {
  if (text === '') return 'empty';
  if (isWebAddress(text)) return link(text, text);
  return /^sha256:[0-9a-f]{64}$/.test(text) ? code(text) : text;
}

/** `minPassed` is `min passed`; what is no name of ours stays as it is. */
export function nameFact(name: string): string {
  if (!/^[a-z][a-zA-Z]{0,40}$/.test(name)) return name;
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function isList(value: readonly Json[] | EvidenceFacts): value is readonly Json[] {
  return Array.isArray(value);
}

/** The facts that matter most, each in a line. */
export interface MainFact {
  readonly name: string;
  readonly value: string;
}

/** So many facts of a gate stand in a summary. */
const MAX_MAIN_FACTS = 12;

/** A summary's line is no longer. */
const MAX_VALUE_LENGTH = 200;

/** Evidence in a few lines: what is simple as it is, of lists their first entries, and nothing that is empty. */
export function mainFacts(facts: EvidenceFacts): readonly MainFact[] {
  return flatten(facts, '', 0).slice(0, MAX_MAIN_FACTS);
}

function flatten(value: Json, name: string, depth: number): readonly MainFact[] {
  if (value === null || value === '' || depth > MAX_DEPTH) return [];
  if (typeof value !== 'object') {
    const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
    return [{ name, value: text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text }];
  }
  if (!isList(value)) {
    // What was cut off here could not be shown anyway.
    return Object.entries(value)
      .slice(0, 2 * MAX_MAIN_FACTS)
      .flatMap(([key, inner]) =>
        flatten(inner, name === '' ? nameFact(key) : `${name}: ${nameFact(key)}`, depth + 1),
      );
  }
  const [first] = value;
  if (first === undefined) return [];
  if (value.every((one) => typeof one !== 'object' || one === null)) {
    return flatten(value.slice(0, MAX_MAIN_FACTS).join(', '), name, depth);
  }
  return flatten(first, value.length === 1 ? name : `${name} (1 of ${value.length})`, depth + 1);
}
