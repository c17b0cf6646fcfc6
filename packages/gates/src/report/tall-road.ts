import { type Content, type Markup, markup } from './markup.ts';
import { drawMark, drawStation, frameRoad, type Road, type Waypoint } from './road.ts';
import { shortName } from './words.ts';

/** Pixels: it fits a telephone without being made smaller. */
const WIDTH = 320;
const LINE_X = 16;
const TEXT_X = 40;
const STATION_STEP = 62;
const GATE_STEP = 32;
const TOP = 22;

/** Draws the road from top to bottom, for narrow screens. */
export function drawTallRoad(road: Road, id: string): Markup {
  const parts: Content[] = [];
  const lines: Content[] = [];
  let y = TOP;
  let previous: number | undefined;
  let isBlocked = false;
  const connect = (to: number): void => {
    if (previous !== undefined) {
      lines.push(
        markup`<line class="way ${isBlocked ? 'blocked' : 'open'}" x1="${LINE_X}" x2="${LINE_X}" y1="${previous}" y2="${to}"/>`,
      );
    }
    previous = to;
  };
  const station = (point: Waypoint): void => {
    connect(y);
    parts.push(drawStation(LINE_X, y, point), labels(point, y));
    y += point.name === '' && point.note === '' ? GATE_STEP : STATION_STEP;
  };
  for (const stop of road.stops) station(stop);
  for (const { name, word, tone } of road.gates) {
    connect(y);
    isBlocked ||= tone === 'stop';
    parts.push(
      drawMark(LINE_X, y, tone),
      markup`<text class="gate-name" x="${TEXT_X}" y="${y + 4.5}">${name} <tspan class="muted">${word.toLowerCase()}</tspan></text>`,
    );
    y += GATE_STEP;
  }
  isBlocked ||= !road.isOpen;
  if (road.gates.length > 0) y += 6;
  const isBlockedBefore = isBlocked;
  for (const destination of road.destinations) {
    isBlocked = isBlockedBefore || (road.isBroken && !destination.isReached);
    station(destination);
  }
  if (road.moreDestinations > 0) {
    parts.push(
      markup`<text class="muted" x="${TEXT_X}" y="${y - 16}">and ${road.moreDestinations} more</text>`,
    );
    y += 14;
  }
  return frameRoad(road, { width: WIDTH, height: y - 6, kind: 'tall', id }, [lines, parts]);
}

function labels({ name, detail, note }: Waypoint, y: number): Content {
  const rows = [
    { text: shortName(name, 30), kind: 'name' },
    { text: shortName(detail, 36), kind: 'detail' },
    { text: shortName(note, 42), kind: 'muted' },
  ].filter(({ text }) => text !== '');
  return rows.map(
    ({ text, kind }, index) =>
      markup`<text class="${kind}" x="${TEXT_X}" y="${y + 5 + index * 17}">${text}</text>`,
  );
}
