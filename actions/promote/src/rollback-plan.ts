import { compilePattern, SuiteError } from '@artifact-lifecycle/core';
import { parseGates } from '@artifact-lifecycle/core/policy';
import {
  chooseRollback,
  type GateResult,
  isNamed,
  readHistory,
  tightenGates,
  type VerifiedRecord,
} from '@artifact-lifecycle/gates';
import { formatLocation, openRegistry, parseLocation, type Registry } from '@artifact-lifecycle/registry';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';
import type { Artifact } from './artifact.ts';
import { describeArtifact } from './artifact-search.ts';
import { type PointingChannel, readChannels } from './channels.ts';
import type { Desk } from './desk.ts';
import { openProofs } from './gathering/proofs.ts';
import { judgeReturn } from './judging.ts';
import type { Names } from './naming.ts';
import { openReader, openRecords, openVerifier, recordIdentity } from './records.ts';
import type { PromotionRequest } from './request.ts';
import { findStation, pickLocations, type Station } from './station.ts';

/** What goes back in one repository of an environment. */
export interface RegionRollback {
  readonly registry: Registry;
  readonly current: VerifiedRecord;
  readonly target: VerifiedRecord;
  /** What is withdrawn. */
  readonly taken: readonly string[];
  /** Channels that point to what is withdrawn. */
  readonly channels: readonly PointingChannel[];
  /** Whether its record is there: a rollback that was ended before its channels were moved. */
  readonly isRecorded: boolean;
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
    const channels = await readChannels(registry, isChannel, context.signal);
    const unfinished = findUnfinished(inputs.rollbackTo, entries[0], channels);
    if (unfinished !== undefined) {
      regions.push({ registry, ...unfinished });
      continue;
    }
    const { current, target, taken } = chooseRollback(inputs.rollbackTo, entries, name, (own) =>
      newerAt(own, channels, entries),
    );
    regions.push({
      ...{ registry, current, target, taken, isRecorded: false },
      channels: channels.filter(({ digest }) => taken.includes(digest)),
    });
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
    gates: tightenGates(
      station.environment.gates ?? {},
      inputs.gates === undefined ? {} : parseGates(inputs.gates.text, 'gates'),
    ),
  };
  const now = context.clock.now();
  const names: Names = { tags: [], channels: [], version: request.version, isChannel };
  const results = await judgeReturn(
    {
      ...{ desk, request, artifact, names, now },
      proofs: openProofs(artifact, request, desk),
      records: openRecords(artifact, request, desk),
      onCanary: () => undefined,
    },
    regions.map(({ registry, current }) => ({ registry, record: current })),
  );
  return { station, request, artifact, regions, results, now };
}

/** The newest record is a rollback to what is named, and some of its channels are still where they were. */
function findUnfinished(
  to: string,
  current: VerifiedRecord | undefined,
  channels: readonly PointingChannel[],
): Omit<RegionRollback, 'registry'> | undefined {
  if (current?.record.event !== 'rollback' || (to !== 'previous' && !isNamed(current, to))) return undefined;
  const { tags } = current.record.destination;
  const left = channels.filter(({ tag, digest }) =>
    tags.some((one) => one.tag === tag && one.previous === digest),
  );
  if (left.length === 0) return undefined;
  const taken = [...new Set(left.map(({ digest }) => digest))];
  return { current, target: current, taken, channels: left, isRecorded: true };
}

/** What channels point to that is of a newer version. */
function newerAt(
  { record: { version } }: VerifiedRecord,
  channels: readonly PointingChannel[],
  entries: readonly VerifiedRecord[],
): readonly string[] {
  const own = version === null ? null : parse(version);
  if (own === null) return [];
  const pointed = new Set<string>(channels.map(({ digest }) => digest));
  const newer = entries.filter(({ subject, record }) => {
    const other = record.version === null ? null : parse(record.version);
    return pointed.has(subject) && other !== null && compare(other, own) > 0;
  });
  return [...new Set(newer.map(({ subject }) => subject))].toSorted();
}
