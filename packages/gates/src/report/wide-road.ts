import { type Content, type Markup, markup } from './markup.ts';
import { drawMark, drawStation, frameRoad, type Road } from './road.ts';
import { shortName } from './words.ts';

/** Pixels: the width of the page's column. */
const WIDTH = 1040;
const LEFT = 20;
/** The names of destinations stand to their right, in as much room as they need. */
const LEAST_LABEL = 120;
const MOST_LABEL = 270;
const STOP_STEP = 140;
/** Before the gates the line has room for the source's name. */
const AFTER_SOURCE = 150;
/** Names of gates stand aslant above their marks. */
const GATE_ROOM = 96;
const DESTINATION_STEP = 54;
/** Characters. */
const MOST_NAME = 30;
const MOST_DETAIL = 36;
const MOST_NOTE = 38;
const MAX_GATE_STEP = 72;

/** Draws the road from left to right: stations, gates, and as many ends as there are destinations. */
export function drawWideRoad(road: Road, id: string): Markup {
  const { stops, gates, destinations, moreDestinations } = road;
  const endX = WIDTH - labelWidth(destinations) - 28;
  const spread = (Math.max(destinations.length, 1) - 1) * DESTINATION_STEP;
  const y = Math.max(GATE_ROOM, spread / 2 + 34);
  const stopStep = Math.min(STOP_STEP, 300 / stops.length);
  const sourceX = LEFT + (stops.length - 1) * stopStep;
  const firstGateX = sourceX + AFTER_SOURCE - 30;
  const room = endX - 70 - firstGateX;
  const step = Math.min(MAX_GATE_STEP, gates.length > 1 ? room / (gates.length - 1) : room);
  const xs = gates.map((_, index) => Math.round(firstGateX + index * step));
  const forkX = endX - 60;
  const blockedAt = gates.findIndex(({ tone }) => tone === 'stop');
  const stopX = blockedAt === -1 ? (road.isOpen ? undefined : xs.at(-1)) : xs[blockedAt];
  const isBlocked = stopX !== undefined;
  const ends = destinations.map((destination, index) => ({
    destination,
    y: y - spread / 2 + index * DESTINATION_STEP,
  }));
  const drawing: Content = [
    markup`<line class="way open" x1="${LEFT}" x2="${stopX ?? forkX}" y1="${y}" y2="${y}"/>`,
    isBlocked
      ? markup`<line class="way blocked" x1="${stopX}" x2="${forkX}" y1="${y}" y2="${y}"/>`
      : undefined,
    ends.map((end) => {
      const isCut = isBlocked || (road.isBroken && !end.destination.isReached);
      return markup`<path class="way ${isCut ? 'blocked' : 'open'}" d="${curve(forkX, endX, y, end.y)}"/>`;
    }),
    stops.map((stop, index) => {
      const x = LEFT + index * stopStep;
      return [drawStation(x, y, stop), labelStop(stop, x, y, index === stops.length - 1 ? 26 : 16)];
    }),
    gates.map(({ name, tone }, index) => {
      const x = xs[index] ?? 0;
      return [
        drawMark(x, y, tone),
        markup`<text class="gate-name" transform="translate(${x - 2} ${y - 18}) rotate(-38)">${name}</text>`,
      ];
    }),
    ends.map((end, index) => labelDestination(end, endX, index === 0)),
    moreDestinations === 0
      ? undefined
      : markup`<text class="muted" x="${endX + 20}" y="${y + spread / 2 + 50}">and ${moreDestinations} more</text>`,
  ];
  const height = Math.max(y + 64, y + spread / 2 + (moreDestinations === 0 ? 44 : 66));
  return frameRoad(road, { width: WIDTH, height, kind: 'wide', id }, drawing);
}

/** Wider than the words are in most fonts. */
function labelWidth(destinations: Road['destinations']): number {
  const widths = destinations.flatMap(({ name, detail, note }) => [
    Math.min(name.length, MOST_NAME) * 8.6,
    Math.min(detail.length, MOST_DETAIL) * 7.2,
    Math.min(note.length, MOST_NOTE) * 6.8,
  ]);
  return Math.ceil(Math.min(Math.max(LEAST_LABEL, ...widths), MOST_LABEL));
}

function curve(x: number, endX: number, y: number, endY: number): string {
  const middle = (x + endX) / 2;
  return y === endY ? `M${x} ${y}H${endX}` : `M${x} ${y}C${middle} ${y} ${middle} ${endY} ${endX} ${endY}`;
}

function labelStop(
  { name, note, detail }: Road['stops'][number],
  x: number,
  y: number,
  most: number,
): Content {
  const rows = [
    { text: shortName(name, most), kind: 'name' },
    { text: shortName(detail, most), kind: 'detail' },
    { text: shortName(note, most), kind: 'muted' },
  ].filter(({ text }) => text !== '');
  return rows.map(
    ({ text, kind }, index) =>
      markup`<text class="${kind}" x="${x - 9}" y="${y + 28 + index * 16}">${text}</text>`,
  );
}

function labelDestination(
  { destination, y }: { readonly destination: Road['destinations'][number]; readonly y: number },
  endX: number,
  isFirst: boolean,
): Content {
  const { name, detail, note } = destination;
  const x = endX + 20;
  return [
    drawStation(endX, y, destination),
    isFirst
      ? markup`<text class="name" x="${x}" y="${y - 12}">${shortName(name, MOST_NAME)}</text>`
      : undefined,
    markup`<text class="detail" x="${x}" y="${y + 4.5}">${shortName(detail, MOST_DETAIL)}</text>`,
    markup`<text class="muted" x="${x}" y="${y + 20}">${shortName(note, MOST_NOTE)}</text>`,
  ];
}
