import { SuiteError } from '@artifact-lifecycle/core';
import {
  findRecords,
  headTag,
  identityOf,
  type RecordReader,
  type RecordVerifier,
  recordVerifier,
  strangeness,
  type Verdict,
  type VerifiedRecord,
  withdrawnOf,
} from '@artifact-lifecycle/gates';
import {
  type Digest,
  formatLocation,
  formatReference,
  type Location,
  openRegistry,
  type Registry,
  sameLocation,
} from '@artifact-lifecycle/registry';
import { type IdentityPolicy, issuerOf, readPublicKeyFile } from '@artifact-lifecycle/trust';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';
import { readNewestRecord } from './newest-record.ts';
import { once } from './once.ts';
import type { PromotionRequest } from './request.ts';
import { locationsOf, type Station } from './station.ts';

/** The records of one promotion: those that the artifact brings along, and those at its destinations. */
export interface RecordDesk {
  /** The records of the artifact's way into the environments before in which it still is: since when it has been there. */
  arrivals(): Promise<readonly VerifiedRecord[]>;
  /** Where it has been, by its records that count: the first of each environment, in the order of time. */
  journey(): Promise<readonly VerifiedRecord[]>;
  /** Whether it carries its record of one of the environments before. */
  judgeArrival(): Promise<Verdict>;
}

/**
 * Whose records count (policy: `records`).
 *
 * @throws SuiteError `POLICY_INVALID` where nobody is named
 */
export async function recordIdentity({ policy, context, event, inputs }: Desk): Promise<IdentityPolicy> {
  if (policy?.records === undefined) {
    throw new SuiteError('POLICY_INVALID', 'The policy names nobody whose promotion records count.', {
      remedy: `Add "records" with certificate-identity, or key, to ${inputs.policy}.`,
    });
  }
  return identityOf(policy.records, {
    issuer: issuerOf(event.serverUrl),
    readKey: (path) => readPublicKeyFile(path, '"records"', context.workspace),
  });
}

/** Verifies what claims to be a record, for whoever signs records; where the policy names a repository, in its runs. */
export function openVerifier(desk: Desk, identity: () => Promise<IdentityPolicy>): RecordVerifier {
  const sourceRepository = desk.policy?.records?.sourceRepository;
  return recordVerifier({ identity, sourceRepository, roots: desk.roots, clock: desk.context.clock });
}

/** Reads the records in a repository. */
export function openReader(registry: Registry, verify: RecordVerifier, { context }: Desk): RecordReader {
  return { registry, verify, signal: context.signal };
}

export function openRecords(artifact: Artifact, request: PromotionRequest, desk: Desk): RecordDesk {
  const verify = openVerifier(
    desk,
    once(() => recordIdentity(desk)),
  );
  const read = once(async () => {
    const reader = openReader(artifact.registry, verify, desk);
    return findRecords(artifact.digest, reader);
  });
  const arrivals = once(async () => {
    const found = await read();
    return Promise.all(request.promoteFrom.map((station) => readArrival(station, found)));
  });
  const standing = once(async () =>
    (await arrivals()).flatMap(({ record, isWithdrawn }) =>
      record === undefined || isWithdrawn ? [] : [record],
    ),
  );
  return {
    arrivals: standing,
    journey: async () => journeyIn(await read(), desk),
    judgeArrival: async () => {
      const withdrawn = (await arrivals()).flatMap(({ name, isWithdrawn }) => (isWithdrawn ? [name] : []));
      return judgeArrival(artifact.digest, request, await standing(), await read(), withdrawn);
    },
  };

  /** How it came into an environment before, and whether a rollback has taken it out of one of the places it came to. */
  async function readArrival(station: Station, found: Readings): Promise<Arrival> {
    const { name } = station;
    const places = locationsOf(station);
    const own = found.flatMap((one) => {
      const isOwn =
        one.kind === 'verified' &&
        places.some((place) => strangeness(one, name, formatLocation(place)) === undefined);
      if (!isOwn) return [];
      const { kind: _, ...record } = one;
      return [record];
    });
    const came = new Set(own.map(({ record }) => record.destination.name));
    const held = await Promise.all(
      places.filter((place) => came.has(formatLocation(place))).map((place) => isWithdrawnFrom(name, place)),
    );
    // It has been there since it came in first, or since it was let in again after a rollback had taken it out.
    const released = own.findLastIndex(({ record }) => wasReleased(record));
    return { name, record: own[Math.max(released, 0)], isWithdrawn: held.includes(true) };
  }

  async function isWithdrawnFrom(environment: string, place: Location): Promise<boolean> {
    const own = artifact.registry;
    const registry = sameLocation(own.location, place) ? own : openRegistry(place, desk.connections);
    const head = await readNewestRecord(environment, openReader(registry, verify, desk));
    if (head !== undefined) return withdrawnOf(head).has(artifact.digest);
    const tag = formatReference({ location: place, tag: headTag(environment), digest: undefined });
    throw new SuiteError(
      'NOT_VERIFIED',
      `${artifact.digest} has a record of its promotion into ${environment}, and ${tag} is gone, by which it is known whether it was withdrawn.`,
      { remedy: `Find out who removed it, and promote into ${environment} again.` },
    );
  }
}

type Readings = Awaited<ReturnType<typeof findRecords>>;

/** How an artifact came into an environment. */
interface Arrival {
  readonly name: string;
  /** `undefined` where no record that counts says that it did. */
  readonly record: VerifiedRecord | undefined;
  readonly isWithdrawn: boolean;
}

/** A record counts for an environment that the policy knows, in a repository that it has there. */
function journeyIn(readings: Readings, { policy }: Desk): readonly VerifiedRecord[] {
  const stops = new Map<string, VerifiedRecord>();
  for (const one of readings) {
    if (one.kind !== 'verified' || one.record.event !== 'promotion') continue;
    const name = one.record.environment ?? '';
    const environment = policy?.environments?.get(name);
    if (environment === undefined || stops.has(name)) continue;
    const places = locationsOf({ name, environment }).map(formatLocation);
    if (places.some((place) => strangeness(one, name, place) === undefined)) stops.set(name, one);
  }
  return [...stops.values()];
}

function wasReleased({ gates }: VerifiedRecord['record']): boolean {
  return gates.some(({ gate, evidence }) => gate === 'hold' && evidence['released'] === true);
}

/** Implied gate `promote-from`: an image may skip no environment, and an unsigned record counts as none. */
function judgeArrival(
  digest: Digest,
  { promoteFrom }: PromotionRequest,
  standing: readonly VerifiedRecord[],
  readings: Readings,
  withdrawn: readonly string[],
): Verdict {
  const names = promoteFrom.map(({ name }) => name).join(' or ');
  const refused = readings.flatMap((one) =>
    one.kind === 'refused' ? [{ record: one.manifest, reason: one.reason }] : [],
  );
  const evidence = {
    environments: promoteFrom.map(({ name }) => name),
    records: standing.map(({ manifest, record, signedAt, signer }) => ({
      environment: record.environment,
      record: manifest,
      time: record.time,
      signedAt: signedAt === undefined ? null : new Date(signedAt).toISOString(),
      signer: signer ?? null,
    })),
    withdrawn,
    refused: refused.slice(0, 20),
  };
  const [first] = standing;
  if (first !== undefined) {
    return {
      verdict: 'pass',
      reason: `It came into ${first.record.environment ?? ''} at ${first.record.time}, by a record of ${first.signer ?? 'the key'}.`,
      evidence,
    };
  }
  if (withdrawn.length > 0) {
    return { verdict: 'fail', reason: `A rollback took it out of ${withdrawn.join(' and ')}.`, evidence };
  }
  const [forged] = refused;
  const but = forged === undefined ? '' : ` What claims to be one does not count: ${forged.reason}`;
  return {
    verdict: 'fail',
    reason: `${digest} carries no record of its promotion into ${names}.${but}`,
    evidence,
  };
}
