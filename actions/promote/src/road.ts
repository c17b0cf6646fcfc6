import { mermaidLabel } from '@artifact-lifecycle/core/action';
import { type GateResult, stops } from '@artifact-lifecycle/gates';
import { formatLocation, formatReference, sameLocation } from '@artifact-lifecycle/registry';
import type { PromotionOutcome } from './outcome.ts';
import { stationOfSource } from './request.ts';

/** How many gates and destinations are drawn: what is longer nobody reads as a picture, and the table has them all. */
const MAX_DRAWN = 20;

/** Draws the road of a promotion (Mermaid): where the artifact has been, each gate, and its destinations. */
export function drawRoad(one: PromotionOutcome): string {
  const { judged, state } = one;
  const { artifact, results, request } = judged;
  const from = stationOfSource(request)?.name;
  const nodes = [
    ...stopsOf(one, from).map((label, index) => `stop${index}([${mermaidLabel(label)}]):::pass`),
    `source([${mermaidLabel([from, formatReference(artifact.reference)].filter(Boolean).join(': '))}])`,
    ...results
      .slice(0, MAX_DRAWN)
      .map(
        (result, index) =>
          `gate${index}{{${mermaidLabel(`${signOf(result)} ${result.gate}`)}}}:::${classOf(result)}`,
      ),
  ];
  const last = nodes.at(-1)?.match(/^\w+/)?.[0] ?? 'source';
  const arrow = state === 'refused' || state === 'not-started' ? '-.-x' : '-->';
  const ends = request.destinations
    .slice(0, MAX_DRAWN)
    .map(
      (location, index) =>
        `  ${last} ${arrow} destination${index}([${mermaidLabel(nameEnd(one, location))}])`,
    );
  const more = request.destinations.length - MAX_DRAWN;
  return [
    'flowchart LR',
    `  ${nodes.join(' --> ')}`,
    ...ends,
    ...(more > 0 ? [`  ${last} ${arrow} more([${mermaidLabel(`and ${more} more`)}])`] : []),
    '  classDef pass stroke:#1a7f37,stroke-width:2px',
    '  classDef stop stroke:#cf222e,stroke-width:3px',
    '  classDef warn stroke:#9a6700,stroke-width:2px,stroke-dasharray:4',
  ].join('\n');
}

/** The environments before the one that it comes from, each with the day it came there. */
function stopsOf(
  { judged: { journey, request } }: PromotionOutcome,
  from: string | undefined,
): readonly string[] {
  return journey
    .filter(({ record: { environment } }) => environment !== from && environment !== request.to?.name)
    .map(({ record: { environment, time } }) => `${environment ?? ''}, ${time.slice(0, 10)}`);
}

/** A destination, and the version that it had before. */
function nameEnd(
  { judged: { request, heads } }: PromotionOutcome,
  location: PromotionOutcome['judged']['request']['destinations'][number],
): string {
  const name = formatLocation(location);
  const before = heads?.find(({ registry }) => sameLocation(registry.location, location))?.record?.record
    .version;
  const had = before === undefined || before === null ? '' : `, had ${before}`;
  return request.to === undefined ? name : `${request.to.name}: ${name}${had}`;
}

function signOf(result: GateResult): string {
  if (result.verdict === 'pass') return '✅';
  return stops(result) ? '❌' : '⚠️';
}

function classOf(result: GateResult): string {
  if (result.verdict === 'pass') return 'pass';
  return stops(result) ? 'stop' : 'warn';
}
