import { mermaidLabel } from '@artifact-lifecycle/core/action';
import { type GateResult, stops } from '@artifact-lifecycle/gates';
import { formatLocation, formatReference } from '@artifact-lifecycle/registry';
import type { PromotionOutcome } from './outcome.ts';

/** How many gates and destinations are drawn: what is longer nobody reads as a picture, and the table has them all. */
const MAX_DRAWN = 20;

/** Draws the road of a promotion (Mermaid): from its source through each gate to its destinations. */
export function drawRoad({ judged, state }: PromotionOutcome): string {
  const { artifact, results, request } = judged;
  const lines = ['flowchart LR', `  source[${mermaidLabel(formatReference(artifact.reference))}]`];
  let before = 'source';
  results.slice(0, MAX_DRAWN).forEach((result, index) => {
    const id = `gate${index}`;
    lines.push(
      `  ${before} --> ${id}{{${mermaidLabel(`${signOf(result)} ${result.gate}`)}}}:::${classOf(result)}`,
    );
    before = id;
  });
  const arrow = state === 'refused' || state === 'not-started' ? '-.-x' : '-->';
  request.destinations.slice(0, MAX_DRAWN).forEach((location, index) => {
    const name =
      request.to === undefined ? formatLocation(location) : `${request.to.name}: ${formatLocation(location)}`;
    lines.push(`  ${before} ${arrow} destination${index}[${mermaidLabel(name)}]`);
  });
  return [
    ...lines,
    '  classDef pass stroke:#1a7f37,stroke-width:2px',
    '  classDef stop stroke:#cf222e,stroke-width:3px',
    '  classDef warn stroke:#9a6700,stroke-width:2px,stroke-dasharray:4',
  ].join('\n');
}

function signOf(result: GateResult): string {
  if (result.verdict === 'pass') return '✅';
  return stops(result) ? '❌' : '⚠️';
}

function classOf(result: GateResult): string {
  if (result.verdict === 'pass') return 'pass';
  return stops(result) ? 'stop' : 'warn';
}
