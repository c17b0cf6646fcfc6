import {
  digestOfJson,
  type EvidenceFacts,
  type GateResult,
  makeSummary,
  type PromotionRecord,
  type RecordedApproval,
  type RecordedCanary,
  type RecordedGate,
  type RecordedTag,
  type RecordToKeep,
} from '@artifact-lifecycle/gates';
import { formatLocation, type Location } from '@artifact-lifecycle/registry';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';
import { type PromotionRequest, stationOfSource } from './request.ts';

/** What a record is made of, beside what it is made for. */
export interface RecordFacts {
  readonly request: PromotionRequest;
  readonly artifact: Artifact;
  readonly version: string | undefined;
  readonly results: readonly GateResult[];
  readonly canary: RecordedCanary | undefined;
  readonly override: PromotionRecord['override'];
  readonly now: number;
  readonly event: PromotionRecord['event'];
  readonly policyDigest: string | undefined;
}

/** Where it is kept. */
export interface RecordPlace {
  readonly location: Location;
  readonly tags: readonly RecordedTag[];
  readonly previous: string | undefined;
  readonly withdrawn: readonly string[];
}

/** The suite's version; releases set it. */
const CLIENT = { name: 'artifact-lifecycle', version: '0.0.0' };

/** Makes the record of a promotion, and the summary that other verifiers understand. */
export function makeRecord(facts: RecordFacts, place: RecordPlace, desk: Desk): RecordToKeep {
  const { request, artifact, results, now } = facts;
  const { reference, registry, digest } = artifact;
  const name = formatLocation(place.location);
  const record: PromotionRecord = {
    event: facts.event,
    environment: request.to?.name ?? null,
    from: stationOfSource(request)?.name ?? null,
    source: { name: formatLocation(registry.location), tag: reference.tag ?? null, digest },
    destination: { name, tags: place.tags },
    destinations: request.destinations.map(formatLocation).toSorted(),
    time: new Date(now).toISOString(),
    version: facts.version ?? null,
    gates: results.map(recordGate),
    approvals: approvalsIn(results),
    canary: facts.canary ?? null,
    override: facts.override,
    policy: policyOf(facts.policyDigest, desk),
    run: runOf(desk),
    previous: place.previous ?? null,
    withdrawn: place.withdrawn,
    client: CLIENT,
  };
  if (facts.event === 'rollback') return { digest, record, summary: undefined };
  const summary = makeSummary({
    record,
    resourceUri: `${name}@${digest}`,
    slsaLevel: provenLevel(results),
    inputAttestations: lookedAt(results, formatLocation(registry.location)),
  });
  return { digest, record, summary };
}

function recordGate({ gate, verdict, isWarning, reason, evidence }: GateResult): RecordedGate {
  return { gate, verdict, warnOnly: isWarning, reason, evidence, evidenceDigest: digestOfJson(evidence) };
}

/** The policy that was in force; `null` without one. */
export function policyOf(sha256: string | undefined, desk: Desk): PromotionRecord['policy'] {
  return sha256 === undefined ? null : { uri: policyUri(desk), sha256 };
}

function policyUri({ event, inputs }: Desk): string {
  return event.repository === ''
    ? inputs.policy
    : `${event.serverUrl}/${event.repository}/blob/${event.sha}/${inputs.policy}`;
}

/** The run, where it is one of a workflow's. */
export function runOf({ event, context }: Desk): PromotionRecord['run'] {
  const id = context.env['GITHUB_RUN_ID'];
  if (id === undefined || id === '' || event.repository === '') return null;
  const attempt = Number(event.runAttempt || 1);
  return {
    url: `${event.serverUrl}/${event.repository}/actions/runs/${id}/attempts/${attempt}`,
    attempt,
    actor: context.env['GITHUB_TRIGGERING_ACTOR'] || context.env['GITHUB_ACTOR'] || '',
    workflow: context.env['GITHUB_WORKFLOW_REF'] ?? '',
    commit: event.sha,
  };
}

/** Who let it in, by what the gate `approval` found. */
export function approvalsIn(results: readonly GateResult[]): readonly RecordedApproval[] {
  const { approvals } = evidenceOf(results, 'approval');
  if (!Array.isArray(approvals)) return [];
  return approvals.flatMap((one: unknown) => (isApproval(one) ? [one] : []));
}

function isApproval(value: unknown): value is RecordedApproval {
  if (typeof value !== 'object' || value === null) return false;
  const { login, id, comment }: { login?: unknown; id?: unknown; comment?: unknown } = value;
  return typeof login === 'string' && typeof id === 'number' && typeof comment === 'string';
}

function provenLevel(results: readonly GateResult[]): 0 | 1 | 2 | 3 {
  const passed = results.find(({ gate, verdict }) => gate === 'provenance' && verdict === 'pass');
  switch (passed?.evidence['slsaLevel']) {
    case 3:
      return 3;
    case 2:
      return 2;
    case 1:
      return 1;
    default:
      return 0;
  }
}

/** The manifests of signatures and statements that gates have accepted. */
function lookedAt(
  results: readonly GateResult[],
  place: string,
): readonly { readonly uri: string; readonly digest: string }[] {
  const digests = new Set<string>();
  for (const { evidence } of results) {
    const { accepted } = evidence;
    if (!Array.isArray(accepted)) continue;
    for (const one of accepted) {
      if (typeof one !== 'object' || one === null || !('origin' in one)) continue;
      const { origin } = one as { readonly origin: unknown };
      if (typeof origin === 'string' && /^sha256:[0-9a-f]{64}$/.test(origin)) digests.add(origin);
    }
  }
  return [...digests].toSorted().map((digest) => ({ uri: `${place}@${digest}`, digest }));
}

function evidenceOf(results: readonly GateResult[], gate: GateResult['gate']): EvidenceFacts {
  return results.find((one) => one.gate === gate)?.evidence ?? {};
}
