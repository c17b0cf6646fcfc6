import { compilePattern, SuiteError } from '@artifact-lifecycle/core';
import { chooseRollback, type GateResult, readHistory, type VerifiedRecord } from '@artifact-lifecycle/gates';
import {
  formatLocation,
  openRegistry,
  parseLocation,
  type Registry,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { Artifact } from './artifact.ts';
import { describeArtifact } from './artifact-search.ts';
import { channelsAt } from './channels.ts';
import type { Desk } from './desk.ts';
import { openProofs } from './gathering/proofs.ts';
import { judgeSignatures } from './judging.ts';
import type { Names } from './naming.ts';
import { openReader, openRecords, openVerifier, recordIdentity } from './records.ts';
import type { PromotionRequest } from './request.ts';
import { findStation, pickLocations, type Station } from './station.ts';

/** What goes back in one repository of an environment. */
export interface RegionRollback {
  readonly registry: Registry;
  readonly current: VerifiedRecord;
  readonly target: VerifiedRecord;
  /** Channels that point to what is withdrawn. */
  readonly channels: readonly Tag[];
}

/** A rollback of which all is known. */
export interface RollbackPlan {
  readonly station: Station;
  readonly request: PromotionRequest;
  readonly artifact: Artifact;
  readonly regions: readonly RegionRollback[];
  readonly results: readonly GateResult[];
  readonly now: number;
}

/** Finds out what goes back where, and has the gates that stand on signatures judge it. */
export async function planRollback(desk: Desk): Promise<RollbackPlan> {
  const { inputs, policy, context } = desk;
  const [name, second] = inputs.to ?? [];
  if (name === undefined || second !== undefined) {
    throw new SuiteError('INPUT_INVALID', '"mode: rollback" needs one environment as "to".', {
      remedy: 'Name the environment that goes back.',
    });
  }
  const station = findStation(name, 'to', policy, inputs.policy);
  const picked = inputs.destination?.map((text) => parseLocation(text, 'input "destination"'));
  const locations = pickLocations(station, picked);
  const identity = await recordIdentity(desk);
  const verify = openVerifier(desk, async () => identity);
  const patterns = (station.environment.channels ?? []).map((text) => compilePattern(text));
  const isChannel = (tag: string): boolean => patterns.some((matches) => matches(tag));
  const regions: RegionRollback[] = [];
  for (const location of locations) {
    const registry = openRegistry(location, desk.connections);
    const { entries } = await readHistory(
      { environment: name, thorough: false },
      openReader(registry, verify, desk),
    );
    const { current, target } = chooseRollback(inputs.rollbackTo, entries, name);
    const channels = await channelsAt(current.subject, registry, isChannel, context.signal);
    regions.push({ registry, current, target, channels });
  }
  const [first, ...others] = regions;
  if (first === undefined) throw new SuiteError('INTERNAL', `The environment ${name} has no repository.`);
  const other = others.find(({ target }) => target.subject !== first.target.subject);
  if (other !== undefined) {
    throw new SuiteError(
      'INPUT_INVALID',
      `In ${formatLocation(first.registry.location)} that is ${first.target.subject}, and in ${formatLocation(other.registry.location)} ${other.target.subject}.`,
      { remedy: 'Name a version or digest as "rollback-to", or one region as "destination".' },
    );
  }
  const reference = { location: first.registry.location, tag: undefined, digest: first.target.subject };
  const artifact = await describeArtifact(first.registry, reference, desk);
  const request: PromotionRequest = {
    source: { kind: 'reference', reference },
    to: station,
    promoteFrom: [],
    destinations: locations,
    tags: undefined,
    channels: station.environment.channels ?? [],
    version: first.target.record.version ?? undefined,
    gates: station.environment.gates ?? {},
  };
  const now = context.clock.now();
  const names: Names = { tags: [], channels: [], version: request.version, isChannel };
  const results = await judgeSignatures({
    ...{ desk, request, artifact, names, now },
    proofs: openProofs(artifact, request, desk),
    records: openRecords(artifact, request, desk),
    onCanary: () => undefined,
  });
  return { station, request, artifact, regions, results, now };
}
