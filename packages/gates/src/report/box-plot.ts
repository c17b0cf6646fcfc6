import { formatNumber } from '../canary/finding.ts';
import type { RecordedMetric, RecordedNumber, RecordedPoints } from '../record/record.ts';
import { type Content, type Markup, markup } from './markup.ts';

/** The five numbers of a box. */
type Quartiles = NonNullable<RecordedPoints['quartiles']>;

/** Pixels at its natural size; it grows and shrinks with its column. */
const WIDTH = 320;
const LEFT = 62;
const RIGHT = 14;
const BOX_HEIGHT = 12;
const BASELINE_Y = 14;
const CANARY_Y = 38;
const AXIS_Y = 56;
const HEIGHT = 74;

/** Draws the points of both sides of a metric as boxes on one scale: the middle half, the median, the ends. */
export function drawBoxPlot({ name, baseline, canary }: RecordedMetric, id: string): Markup {
  const scale = scaleOf([...(baseline.quartiles ?? []), ...(canary.quartiles ?? [])]);
  const axis =
    scale === undefined
      ? undefined
      : markup`
        <line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${AXIS_Y}" y2="${AXIS_Y}"/>
        <text class="tick" x="${LEFT}" y="${AXIS_Y + 14}">${formatNumber(scale.low)}</text>
        <text class="tick" x="${WIDTH - RIGHT}" y="${AXIS_Y + 14}" text-anchor="end">${formatNumber(scale.high)}</text>`;
  return markup`
    <svg class="box-plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
      <title id="${id}-title">Points of ${name}</title>
      <desc id="${id}-desc">Baseline: ${describe(baseline)}. Canary: ${describe(canary)}.</desc>
      ${drawSide('baseline', baseline, BASELINE_Y, scale)}
      ${drawSide('canary', canary, CANARY_Y, scale)}
      ${axis}
    </svg>`;
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly at: (value: RecordedNumber) => number;
}

/** Infinite values stand at the edge that they lie beyond. */
function scaleOf(values: readonly RecordedNumber[]): Scale | undefined {
  const finite = values.filter((value) => typeof value === 'number');
  if (values.length === 0) return undefined;
  const low = finite.length === 0 ? 0 : Math.min(...finite);
  const high = finite.length === 0 ? 0 : Math.max(...finite);
  const span = high - low;
  return {
    low,
    high,
    at(value) {
      if (value === '-Inf') return LEFT;
      if (value === '+Inf') return WIDTH - RIGHT;
      // All in one place, or so far apart that their difference is no number: in the middle.
      const part = span > 0 && Number.isFinite(span) ? (value - low) / span : 0.5;
      return round(LEFT + part * (WIDTH - LEFT - RIGHT));
    },
  };
}

function drawSide(side: string, { quartiles }: RecordedPoints, y: number, scale: Scale | undefined): Content {
  const label = markup`<text class="side" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${side}</text>`;
  if (quartiles === null || scale === undefined) {
    return [label, markup`<text class="tick" x="${LEFT}" y="${y + 4}">no data</text>`];
  }
  return [label, drawBox(quartiles.map(scale.at), side, y)];
}

function drawBox(xs: readonly number[], side: string, y: number): Markup {
  const [low = 0, first = 0, median = 0, third = 0, high = 0] = xs;
  const half = BOX_HEIGHT / 2;
  return markup`<g class="box ${side}">
    <line x1="${low}" x2="${high}" y1="${y}" y2="${y}"/>
    <line x1="${low}" x2="${low}" y1="${y - 4}" y2="${y + 4}"/>
    <line x1="${high}" x2="${high}" y1="${y - 4}" y2="${y + 4}"/>
    <rect x="${first}" y="${y - half}" width="${round(Math.max(third - first, 1))}" height="${BOX_HEIGHT}" rx="2"/>
    <line class="median" x1="${median}" x2="${median}" y1="${y - half}" y2="${y + half}"/>
  </g>`;
}

function describe({ points, missing, quartiles }: RecordedPoints): string {
  const gone = missing === 0 ? '' : `, ${missing} more without a value`;
  if (quartiles === null) return `no points${gone}`;
  const [low, first, median, third, high] = quartiles.map(tell) as unknown as Quartiles;
  return `${points} points${gone}, from ${low} to ${high}, half of them from ${first} to ${third}, median ${median}`;
}

function tell(value: RecordedNumber): string {
  return typeof value === 'number' ? formatNumber(value) : value;
}

/** A tenth of a pixel; the same text on each machine. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
