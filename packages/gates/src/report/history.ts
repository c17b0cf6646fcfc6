import { badge } from './gates.ts';
import { type Content, code, link, type Markup, markup } from './markup.ts';
import { fitting, MAX_PAGE_BYTES, renderPage } from './page.ts';
import { renderTable } from './places.ts';
import type { HistoryReport, ReportedEntry } from './report.ts';
import { countOf, formatTime } from './words.ts';

/** So many remarks of an environment are told. */
const MAX_REMARKS = 100;

const EVENTS: Readonly<Record<ReportedEntry['event'], string>> = {
  promotion: 'came in',
  rollback: 'went back',
};

/** Writes what environments have had as one HTML page that needs nothing else. */
export function renderHistoryReport(report: HistoryReport): string {
  const { histories, time } = report;
  const names = [...new Set(histories.map(({ environment }) => environment))];
  const title = names.length === 1 ? `What ${names[0] ?? ''} has had` : 'What each environment has had';
  const sections = histories.map(renderHistory);
  const shown = fitting(sections, MAX_PAGE_BYTES);
  const left = sections.length - shown;
  return renderPage({
    title,
    header: markup`
      <p class="kicker">History of promotions <time datetime="${time}">${formatTime(time)}</time></p>
      <h1>${title}</h1>
      <p class="lede">${countOf(
        histories.reduce((sum, { entries }) => sum + entries.length, 0),
        'signed record',
      )} in ${countOf(histories.length, 'repository', 'repositories')}.</p>`,
    main: [
      sections.slice(0, shown),
      left === 0
        ? undefined
        : markup`<p class="note">${left} more do not fit into this page; the output <code>history</code> has all of them.</p>`,
    ],
    run: report,
    effort: [],
  });
}

function renderHistory({
  environment,
  repository,
  entries,
  remarks,
}: HistoryReport['histories'][number]): Markup {
  return markup`
    <section>
      <h2>${environment}</h2>
      <p class="note">${code(repository)}</p>
      ${renderRemarks(remarks)}
      ${
        entries.length === 0
          ? markup`<p>No record.</p>`
          : renderTable(
              `Records of ${environment}, the newest first`,
              ['When', 'What', 'Digest', 'By whom', 'Gates', 'Record'],
              entries.map(cellsOf),
            )
      }
    </section>`;
}

function cellsOf({
  time,
  event,
  version,
  digest,
  actor,
  gates,
  override,
  record,
  run,
}: ReportedEntry): readonly Content[] {
  return [
    markup`<time datetime="${time}">${formatTime(time)}</time>`,
    [
      `${version ?? 'An image'} ${EVENTS[event]}`,
      override === null ? undefined : [' ', badge('Overridden', 'warn')],
    ],
    code(digest),
    run === null ? actor : link(run, actor),
    gates.length === 0
      ? 'none'
      : markup`<ul class="verdicts">${gates.map(({ gate, verdict }) => markup`<li>${gate}: ${verdict}</li>`)}</ul>`,
    code(record),
  ];
}

function renderRemarks(remarks: readonly string[]): Content {
  if (remarks.length === 0) return undefined;
  const more = remarks.length - MAX_REMARKS;
  return markup`
    <div class="needs">
      <h3>What does not fit</h3>
      <ul>${remarks.slice(0, MAX_REMARKS).map((remark) => markup`<li>${remark}</li>`)}</ul>
      ${more > 0 ? markup`<p class="note">${more} more are in the output <code>history</code>.</p>` : undefined}
    </div>`;
}
