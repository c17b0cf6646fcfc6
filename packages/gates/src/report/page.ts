import { createHash } from 'node:crypto';
import type { PromotionRecord } from '../record/record.ts';
import { type Content, code, formatMarkup, link, type Markup, markup, trustedMarkup } from './markup.ts';
import type { ReportedRun } from './report.ts';
import { STYLE } from './style.ts';
import { formatTime } from './words.ts';

/** A browser shows more, and nobody reads it. */
export const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** What a page is made of. */
export interface Page {
  readonly title: string;
  readonly header: Content;
  readonly main: Content;
  readonly run: ReportedRun;
  /** Rows of what the run took. */
  readonly effort: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Writes a whole page. It loads nothing and runs nothing: the policy in its head forbids all but this very style, so
 * that even markup that slipped through could not.
 */
export function renderPage({ title, header, main, run, effort }: Page): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${trustedMarkup(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>${title}</title>
    <style>${trustedMarkup(STYLE)}</style>
    </head>
    <body>
    <a class="skip" href="#main">To the content</a>
    <header class="masthead">${header}</header>
    <main id="main" tabindex="-1">${main}${renderRun(run, effort)}</main>
    <footer>
    <p>This page loads nothing and runs nothing. What counts is the signed record; this page only tells of it.</p>
    </footer>
    </body>
    </html>
  `;
  return formatMarkup(page);
}

/** How many of these pieces fit into a page; the first always does. */
export function fitting(pieces: readonly Markup[], maxBytes: number): number {
  let left = maxBytes;
  const index = pieces.findIndex((piece, place) => {
    left -= Buffer.byteLength(formatMarkup(piece));
    return left < 0 && place > 0;
  });
  return index === -1 ? pieces.length : index;
}

/** The facts beneath the title. */
export function renderFactList(facts: readonly (readonly [string, Content])[]): Markup {
  const shown = facts.filter(([, value]) => value !== undefined && value !== '');
  return markup`<dl class="facts">${shown.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function renderRun({ time, run, policy }: ReportedRun, effort: Page['effort']): Markup {
  return markup`
    <section class="run">
      <h2>The run</h2>
      ${renderFactList([['Judged', markup`<time datetime="${time}">${formatTime(time)}</time>`], ...runFacts(run), ...policyFacts(policy), ...effort.map(({ name, value }) => [name, value] as const)])}
    </section>`;
}

function runFacts(run: PromotionRecord['run']): readonly (readonly [string, Content])[] {
  if (run === null) return [];
  return [
    ['Started by', run.actor],
    ['Run', link(run.url, run.url)],
    ['Attempt', run.attempt],
    ['Workflow', run.workflow],
    ['Commit of the workflow', code(run.commit)],
  ];
}

function policyFacts(policy: PromotionRecord['policy']): readonly (readonly [string, Content])[] {
  if (policy === null) return [];
  return [
    ['Policy', link(policy.uri, policy.uri)],
    ['Its SHA-256', code(policy.sha256)],
  ];
}
