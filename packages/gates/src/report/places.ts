import { heading } from './gates.ts';
import { type Content, code, type Markup, markup } from './markup.ts';
import type { ReportedPlace, ReportedPromotion } from './report.ts';

/** More rows nobody reads; the outputs have them all. */
const MAX_ROWS = 200;

/**
 * A table that becomes a list of blocks where the screen is narrow: each cell says its column then. Roles are written
 * out, since a table that is laid out otherwise is none for some browsers.
 */
export function renderTable(
  caption: Content,
  columns: readonly string[],
  rows: readonly (readonly Content[])[],
): Content {
  if (rows.length === 0) return undefined;
  const head = columns.map((column) => markup`<th scope="col" role="columnheader">${column}</th>`);
  const body = rows
    .slice(0, MAX_ROWS)
    .map(
      (cells) =>
        markup`<tr role="row">${cells.map((cell, index) => renderCell(cell, columns[index] ?? '', index === 0))}</tr>`,
    );
  const more = rows.length - MAX_ROWS;
  return markup`
    <table class="stacked" role="table">
      <caption>${caption}</caption>
      <thead role="rowgroup"><tr role="row">${head}</tr></thead>
      <tbody role="rowgroup">${body}</tbody>
    </table>
    ${more > 0 ? markup`<p class="note">${more} more are in the outputs.</p>` : undefined}`;
}

function renderCell(cell: Content, column: string, isFirst: boolean): Markup {
  return isFirst
    ? markup`<th scope="row" role="rowheader" data-column="${column}">${cell}</th>`
    : markup`<td role="cell" data-column="${column}">${cell}</td>`;
}

/** Shows what points to the digest at each destination, and the records there. */
export function renderPlaces(promotion: ReportedPromotion, level: number): Content {
  const { places, artifact, withdrawn, environment } = promotion;
  const tags = places.flatMap((place) => place.tags.map((tag) => ({ place, tag })));
  const rows = tags.map(({ place, tag: { tag, outcome, isSet, previous } }): readonly Content[] => [
    [code(`${place.name}:${tag}`), isSet ? markup`<code class="rest">@${artifact.digest}</code>` : undefined],
    previous === null ? outcome : [`${outcome} from `, code(previous)],
  ]);
  const held =
    withdrawn.length === 0
      ? undefined
      : markup`<p>Held back from ${environment ?? 'there'} until somebody releases it: ${withdrawn.map((digest, index) => [index === 0 ? '' : ', ', code(digest)])}.</p>`;
  const body = [
    held,
    renderTable('What points to it', ['Reference', 'What became of it'], rows),
    renderTable('Repositories', ['Repository', 'Before', 'Its record now'], places.flatMap(placeRow)),
  ];
  if (body.every((one) => one === undefined)) return undefined;
  return markup`<section>${heading(level, 'References and records')}${body}</section>`;
}

function placeRow({ name, before, record }: ReportedPlace): readonly (readonly Content[])[] {
  if (before === null && record === null) return [];
  return [
    [
      code(name),
      before === null
        ? 'nothing'
        : [before.version === null ? '' : `${before.version}, `, code(before.digest)],
      record === null ? 'none' : code(record),
    ],
  ];
}
