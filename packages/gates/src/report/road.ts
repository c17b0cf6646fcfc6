import { nameFact } from './evidence.ts';
import type { Content, Markup } from './markup.ts';
import { markup } from './markup.ts';
import type { ReportedPromotion } from './report.ts';
import { formatTime, nameTarget, STATES, type Tone, toneOf, verdictWord } from './words.ts';

/** More gates and destinations are no picture; the page lists them all. */
const MAX_DRAWN = 14;

/** One point of the road. */
export interface Waypoint {
  readonly name: string;
  /** A second line, smaller. */
  readonly note: string;
  readonly detail: string;
  readonly isReached: boolean;
}

/** A gate on the road. */
export interface RoadGate {
  readonly name: string;
  readonly word: string;
  readonly tone: Tone;
}

/** The road as it is drawn, whichever way it runs. */
export interface Road {
  readonly stops: readonly Waypoint[];
  readonly gates: readonly RoadGate[];
  readonly destinations: readonly Waypoint[];
  /** What is not drawn. */
  readonly moreDestinations: number;
  /** Whether the artifact came, or would come, to its end. */
  readonly isOpen: boolean;
  /** Whether it ended on the way: what is not reached is cut off. */
  readonly isBroken: boolean;
  /** All of it in words. */
  readonly description: string;
}

/** Says what the road of a promotion has: where the artifact has been, the gates, where it goes. */
export function planRoad(promotion: ReportedPromotion): Road {
  const { artifact, journey, gates, places, from, environment, state } = promotion;
  const isOpen = state !== 'refused' && state !== 'not-started';
  const earlier = journey.filter((stop) => stop.environment !== from && stop.environment !== environment);
  const origin = journey.find((stop) => stop.environment === from);
  const stops: readonly Waypoint[] = [
    ...earlier.map((stop) => ({
      name: stop.environment,
      note: dayOf(stop.time),
      detail: '',
      isReached: true,
    })),
    {
      name: from ?? 'source',
      note: origin === undefined ? '' : `since ${dayOf(origin.time)}`,
      detail: artifact.source.replace(/@.*$/, ''),
      isReached: true,
    },
  ];
  const shown = places.slice(0, MAX_DRAWN);
  const details = distinguish(shown.map(({ name }) => name));
  const destinations = shown.map(
    ({ tags, before }, index): Waypoint => ({
      name: index === 0 ? nameTarget(promotion) : '',
      note: noteOf(tags, before, isOpen),
      detail: details[index] ?? '',
      isReached:
        state === 'promoted' ||
        state === 'unchanged' ||
        state === 'rolled-back' ||
        (state === 'failed' && tags.length > 0 && tags.every(({ isSet }) => isSet)),
    }),
  );
  const drawn = gates.slice(0, MAX_DRAWN).map((result) => ({
    name: nameFact(result.gate),
    word: verdictWord(result),
    tone: toneOf(result),
  }));
  return {
    stops,
    gates: drawn,
    destinations,
    moreDestinations: Math.max(places.length - MAX_DRAWN, 0),
    isOpen,
    isBroken: state === 'failed',
    description: describe(promotion, stops, drawn),
  };
}

/** Names without the parts that all of them begin and end with: of regions, the region. */
function distinguish(names: readonly string[]): readonly string[] {
  const [first, ...others] = names.map((name) => name.split(/(?<=[./])|(?=[./])/));
  if (first === undefined || others.length === 0) return names;
  const isSame = (at: number): boolean => others.every((parts) => parts.at(at) === first.at(at));
  const most = Math.min(first.length, ...others.map((parts) => parts.length)) - 1;
  let start = 0;
  while (start < most && isSame(start)) start += 1;
  let end = 0;
  while (end < most - start && isSame(-1 - end)) end += 1;
  return [first, ...others].map((parts) =>
    parts
      .slice(start, parts.length - end)
      .join('')
      .replace(/^[./]|[./]$/g, ''),
  );
}

function noteOf(
  tags: ReportedPromotion['places'][number]['tags'],
  before: ReportedPromotion['places'][number]['before'],
  isOpen: boolean,
): string {
  const was =
    before === null
      ? ''
      : `${isOpen ? 'before' : 'stays at'} ${before.version ?? before.digest.slice(7, 19)}`;
  const [first] = tags;
  if (first === undefined) return was;
  const more = tags.length > 1 ? ` and ${tags.length - 1} more` : '';
  return [`${first.tag}${more}`, was].filter((part) => part !== '').join(' · ');
}

function describe(
  { artifact, places, state }: ReportedPromotion,
  stops: readonly Waypoint[],
  gates: readonly RoadGate[],
): string {
  const way = stops.map(({ name }) => name).join(', then ');
  const judged = gates.map(({ name, word }) => `${name}: ${word.toLowerCase()}`).join('; ');
  const where = places
    .slice(0, MAX_DRAWN)
    .map(({ name }) => name)
    .join(', ');
  const more = places.length > MAX_DRAWN ? ` and ${places.length - MAX_DRAWN} more` : '';
  return `From ${way} (${artifact.source}) ${gates.length === 0 ? 'without gates' : `through gates (${judged})`} to ${where}${more}: ${STATES[state].word.toLowerCase()}.`;
}

function dayOf(time: string): string {
  return formatTime(time).slice(0, 10);
}

/** A gate's mark: colour and shape say the same. */
export function drawMark(x: number, y: number, tone: Tone): Markup {
  const shapes: Readonly<Record<Tone, string>> = {
    pass: `M${x - 4.5} ${y + 0.5}l3 3 6-6.5`,
    stop: `M${x - 3.5} ${y - 3.5}l7 7m0-7l-7 7`,
    warn: `M${x} ${y - 5}v6m0 3v1`,
    calm: `M${x - 4} ${y}h8`,
  };
  return markup`<g class="mark ${tone}"><circle cx="${x}" cy="${y}" r="10"/><path d="${shapes[tone]}"/></g>`;
}

/** A station: filled where the artifact has been. */
export function drawStation(x: number, y: number, { isReached }: Waypoint): Markup {
  return markup`<circle class="station ${isReached ? 'reached' : 'open'}" cx="${x}" cy="${y}" r="9"/>`;
}

/** A frame around a drawing of the road, with its words for who does not see it. */
export function frameRoad(
  { description }: Road,
  size: {
    readonly width: number;
    readonly height: number;
    readonly kind: 'wide' | 'tall';
    readonly id: string;
  },
  drawing: Content,
): Markup {
  const { width, height, kind, id } = size;
  return markup`
    <svg class="road ${kind}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-${kind}-title ${id}-${kind}-desc">
      <title id="${id}-${kind}-title">The road</title>
      <desc id="${id}-${kind}-desc">${description}</desc>
      ${drawing}
    </svg>`;
}
