import { type GateResult, stops } from '../verdict/verdict.ts';
import { shorten } from '../verdict/verdicts.ts';
import { formatTime } from './words.ts';

/** What lets an artifact through a gate, where nothing more exact is known. */
const NEEDS: Readonly<Record<GateResult['gate'], string>> = {
  checks: 'The checks must succeed on the commit that it was built from.',
  tests: 'The tests must pass; build again where they need a change, and promote the new digest.',
  signature: 'Whom the policy names must sign this digest.',
  provenance: 'It must be built as the policy demands; build again there, and promote the new digest.',
  sbom: 'Each platform must have its SBOM; attach what is missing.',
  vulnerabilities:
    'Update what is named and promote the new digest, or excuse it by VEX or by an exception with a reason and a last day.',
  attestation: 'Whom the policy names must attest to it with what is asked for.',
  platforms: 'The platforms that are missing must be built into the index; promote the new digest.',
  canary:
    'The canary must do no worse than its baseline, over enough points; look at the metrics that are named.',
  approval: 'Whom the policy names must approve this run; where it was rejected, start a new one.',
  soak: 'It must have its record of the environment before, and time must pass.',
  window: 'Promote again when the window is open.',
  command: 'The program of the gate must say yes: its reason is what it asks for.',
  'promote-from': 'It must be promoted into the environment before, and carry the record of that.',
  hold: 'Promote something else; or let it in again with "release-withdrawn: true", which is recorded.',
};

const MINUTE = 60_000;

/** Evidence that names the time from which on the gate may pass. */
const FROM = new Map<GateResult['gate'], string>([
  ['soak', 'until'],
  ['window', 'opensNext'],
]);

/** What it would take for an artifact to pass a gate, in one sentence; `undefined` where nothing stops at it. */
export function whatItTakes(result: GateResult): string | undefined {
  if (!stops(result)) return undefined;
  const { gate, evidence } = result;
  const { remedy } = evidence;
  if (typeof remedy === 'string' && remedy !== '') return shorten(remedy);
  const key = FROM.get(gate);
  const time = key === undefined ? undefined : evidence[key];
  return typeof time === 'string' ? `Promote again at ${nextMinute(time)} or later.` : NEEDS[gate];
}

/** What a clock on the wall shows when that time has come. */
function nextMinute(time: string): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return shorten(time);
  return formatTime(new Date(Math.ceil(at / MINUTE) * MINUTE).toISOString());
}
