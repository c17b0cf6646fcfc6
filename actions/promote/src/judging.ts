import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { Gates } from '@artifact-lifecycle/core/policy';
import { type GateResult, stops, type Verdict } from '@artifact-lifecycle/gates';
import type { EarlyGate, Scene } from './gathering/scene.ts';
import type { DestinationHead } from './heads.ts';
import { judgeHolds } from './holds.ts';
import type { JudgedPromotion } from './judged-promotion.ts';

/** What gathers evidence; loaded where there is a gate: most of the action's code, which a mere copy starts without. */
const loadGatherers = () => import(/* webpackMode: "eager" */ './gathering/gatherers.ts');

/**
 * Gathers the evidence for every gate at the same time and has each judged; all are in the answer, in the same order
 * each time, the conditions that no gate is written for first.
 *
 * @param heads the newest records at the destinations; `undefined` where the promotion names no environment
 * @throws SuiteError `CANCELLED`; whatever else goes wrong is an `error` of the gate it goes wrong in
 */
export async function judgeGates(
  scene: Scene,
  heads: readonly DestinationHead[] | undefined,
): Promise<readonly GateResult[]> {
  const { gates, promoteFrom } = scene.request;
  const names = await earlyGatesOf(gates);
  const early = await Promise.all([
    ...(promoteFrom.length > 0 ? [judge('promote-from', false, () => scene.records.judgeArrival())] : []),
    ...(heads === undefined
      ? []
      : [judge('hold', false, () => judgeHolds(scene.artifact, heads, scene.desk))]),
    ...names.map((name) => judgeOne(name, gates, scene)),
  ]);
  const { command } = gates;
  if (command === undefined) return early;
  const last = await judge('command', command.warnOnly ?? false, async () =>
    (await loadGatherers()).gatherCommand(command, scene, early),
  );
  return [...early, last];
}

/** Those of the gates that are judged at the same time, in the order in which they are told. */
async function earlyGatesOf(gates: Gates): Promise<readonly EarlyGate[]> {
  if (Object.values(gates).every((settings) => settings === undefined)) return [];
  const { GATHERERS } = await loadGatherers();
  return (Object.keys(GATHERERS) as EarlyGate[]).filter((name) => gates[name] !== undefined);
}

/** Gates that stand on signatures: a rollback has them judged again, and no others (contract: `rollback-to`). */
const SIGNATURE_GATES = ['signature', 'provenance', 'attestation'] as const;

/** Judges what goes back by the gates that stand on signatures, and by what was withdrawn, which a rollback does not release. */
export async function judgeReturn(
  scene: Scene,
  heads: readonly Pick<DestinationHead, 'registry' | 'record'>[],
): Promise<readonly GateResult[]> {
  const { gates } = scene.request;
  const names = SIGNATURE_GATES.filter((name) => gates[name] !== undefined);
  return Promise.all([
    judge('hold', false, () => judgeHolds(scene.artifact, heads, scene.desk)),
    ...names.map((name) => judgeOne(name, gates, scene)),
  ]);
}

async function judgeOne<Name extends EarlyGate>(name: Name, gates: Gates, scene: Scene): Promise<GateResult> {
  const settings = gates[name] as Required<Gates>[Name];
  const result = await judge(name, settings.warnOnly ?? false, async () =>
    (await loadGatherers()).GATHERERS[name](settings, scene),
  );
  return isAwaited(result, scene) ? { ...result, isWarning: true } : result;
}

/**
 * Whether a plan says what is missing, and is made all the same: people approve the job that carries it out, which begins
 * only then and has the gate judged again.
 */
function isAwaited({ gate, verdict }: GateResult, { desk }: Scene): boolean {
  return gate === 'approval' && verdict === 'fail' && desk.inputs.mode === 'plan';
}

async function judge(
  gate: GateResult['gate'],
  isWarning: boolean,
  work: () => Promise<Verdict>,
): Promise<GateResult> {
  try {
    return { gate, ...(await work()), isWarning };
  } catch (error) {
    if (isSuiteError(error, 'CANCELLED')) throw error;
    const known = error instanceof SuiteError ? error : undefined;
    return {
      gate,
      verdict: 'error',
      reason: known === undefined ? `It failed unexpectedly: ${String(error)}` : known.message,
      evidence: {
        code: known?.code ?? 'INTERNAL',
        ...(known?.remedy === undefined ? {} : { remedy: known.remedy }),
      },
      isWarning,
    };
  }
}

/** The error of promotions that gates stop: all that stops, and what to do about it. */
export function gateFailure(
  refused: readonly Pick<JudgedPromotion, 'results' | 'request' | 'artifact'>[],
): SuiteError {
  const stopping = refused.flatMap(({ results }) => results.filter(stops));
  const facts = refused.map(({ results, request, artifact }) => {
    const into = request.to === undefined ? '' : ` into ${request.to.name}`;
    const reasons = results.filter(stops).map(({ gate, reason }) => `${gate}: ${reason}`);
    return `${artifact.digest} may not go${into === '' ? ' on' : into}. ${reasons.join(' ')}`;
  });
  const remedies = stopping.flatMap(({ evidence: { remedy } }) =>
    typeof remedy === 'string' ? [remedy] : [],
  );
  return new SuiteError(
    'GATE_FAILED',
    `${count(stopping.length, 'gate stops', 'gates stop')} the promotion; nothing was copied. ${facts.join(' ')}`,
    {
      remedy: [...new Set(['Bring what is missing, and promote again.', ...remedies])].join('\n'),
    },
  );
}

function count(number: number, singular: string, plural: string): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
