import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import { type Gates, type Policy, parseGates } from '@artifact-lifecycle/core/policy';
import { tightenGates } from '@artifact-lifecycle/gates';
import {
  formatLocation,
  type Location,
  parseLocation,
  type Reference,
  type Tag,
} from '@artifact-lifecycle/registry';
import { chooseChannels } from './channel-choice.ts';
import type { promote } from './inputs.ts';
import {
  findStation,
  isGuarded,
  isSamePlace,
  locationsOf,
  pickLocations,
  type Station,
  stationsAt,
  stationsBefore,
} from './station.ts';

/** What is promoted, before it was looked up. */
export type SourceChoice =
  | {
      readonly kind: 'reference';
      readonly reference: Reference;
      /** Whether a plan names it: then its digest counts, whatever its tag names by now. */
      readonly isPlanned?: boolean;
    }
  /** An image of an environment, by what `version` says. */
  | { readonly kind: 'station'; readonly station: Station; readonly version: string | undefined };

/** One image on its way to one environment, or to repositories of no environment. */
export interface PromotionRequest {
  readonly source: SourceChoice;
  /** `undefined` for repositories that the policy does not know. */
  readonly to: Station | undefined;
  /** The environments of which one must have recorded it; empty where it may come from anywhere. */
  readonly promoteFrom: readonly Station[];
  readonly destinations: readonly Location[];
  /** `undefined` where the environment's strategies name it. */
  readonly tags: readonly Tag[] | undefined;
  /** Patterns of tags that may move. */
  readonly channels: readonly string[];
  readonly version: string | undefined;
  /** The policy's, tightened by the input. */
  readonly gates: Gates;
}

type PromoteInputs = Inputs<typeof promote>;

/**
 * Makes of inputs and policy what is to be promoted: every image to every environment that is named.
 *
 * @throws SuiteError `INPUT_INVALID`, `POLICY_WEAKENED`
 */
export function readRequests(inputs: PromoteInputs, policy: Policy | undefined): readonly PromotionRequest[] {
  const { to, from, source, destination, version } = inputs;
  const given = inputs.gates === undefined ? {} : parseGates(inputs.gates.text, 'gates');
  if (to === undefined) {
    if (from !== undefined) throw invalid('The input "from" is given without "to".', 'Give "to" as well.');
    return readImages(source, 'source').flatMap((reference) =>
      readPlaces(destination, reference).map(({ station, locations }) =>
        makeRequest({ source: { kind: 'reference', reference }, station, locations, given }, inputs, policy),
      ),
    );
  }
  const stations = [...new Set(to)].map((name) => findStation(name, 'to', policy, inputs.policy));
  const picked = destination?.map((text) => parseLocation(text, 'input "destination"'));
  return stations.flatMap((station) => {
    const locations = pickLocations(station, picked);
    if (source !== undefined && from === undefined) {
      return source.map((reference) =>
        makeRequest({ source: { kind: 'reference', reference }, station, locations, given }, inputs, policy),
      );
    }
    if (source !== undefined) {
      throw invalid(
        'Both "source" and "from" are given, and either says what is promoted.',
        'Give one of them.',
      );
    }
    const before = chooseFrom(station, from, inputs, policy);
    const choice: SourceChoice = { kind: 'station', station: before, version };
    return [makeRequest({ source: choice, station, locations, given }, inputs, policy)];
  });

  function readPlaces(
    texts: readonly string[] | undefined,
    reference: Reference,
  ): readonly { readonly station: Station | undefined; readonly locations: readonly Location[] }[] {
    if (texts === undefined) {
      throw invalid(
        'Neither "destination" nor "to" is given.',
        'Give repositories, or an environment of the policy.',
      );
    }
    const locations = texts.map((text) =>
      parseLocation(
        text.endsWith('/') && !text.startsWith('oci:') ? `${text}${lastPart(reference)}` : text,
        'input "destination"',
      ),
    );
    const groups = new Map<string, { station: Station | undefined; locations: Location[] }>();
    for (const location of locations) {
      const station = stationOf(location, policy);
      const group = groups.get(station?.name ?? '') ?? { station, locations: [] };
      // As the policy writes it: records and their readers know it by that name.
      const named = station === undefined ? [location] : pickLocations(station, [location]);
      groups.set(station?.name ?? '', { ...group, locations: [...group.locations, ...named] });
    }
    return [...groups.values()];
  }
}

/**
 * The environment that an image comes from: the one that was named, else the one before whose repository it lies in, as
 * where a plan names it by its digest.
 */
export function stationOfSource({
  source,
  promoteFrom,
}: Pick<PromotionRequest, 'source' | 'promoteFrom'>): Station | undefined {
  if (source.kind === 'station') return source.station;
  const { location } = source.reference;
  return promoteFrom.find((station) => locationsOf(station).some((own) => isSamePlace(own, location)));
}

/** What one request is made of beside inputs and policy. */
interface Parts {
  readonly source: SourceChoice;
  readonly station: Station | undefined;
  readonly locations: readonly Location[];
  readonly given: Gates;
}

function makeRequest(
  { source, station, locations, given }: Parts,
  inputs: PromoteInputs,
  policy: Policy | undefined,
): PromotionRequest {
  const gates = tightenGates(station?.environment.gates ?? {}, given);
  if (station !== undefined && requiresGates(inputs) && Object.keys(gates).length === 0) {
    throw new SuiteError('INPUT_INVALID', `The environment ${station.name} has no gates.`, {
      remedy: 'Give it gates in the policy file, or set "require-gates: false" where anything may come in.',
    });
  }
  const sourceTag = source.kind === 'reference' ? source.reference.tag : undefined;
  const isNamedByStation = station !== undefined && inputs.to !== undefined;
  if (inputs.tags === undefined && !isNamedByStation && sourceTag === undefined) {
    throw invalid(
      'The source names no tag, so its copy would have no name.',
      'Set the input "tags" to the tags at the destination.',
    );
  }
  return {
    source,
    to: station,
    promoteFrom: station === undefined ? [] : stationsBefore(station, policy),
    destinations: locations,
    tags: inputs.tags ?? (isNamedByStation || sourceTag === undefined ? undefined : [sourceTag]),
    channels: chooseChannels(inputs.channels, station),
    version: inputs.version,
    gates,
  };
}

/** contract: `require-gates`, "`true` with `to`". */
function requiresGates({ requireGates, to }: PromoteInputs): boolean {
  return requireGates ?? to !== undefined;
}

/**
 * The environment that a repository belongs to, so that its gates are not gone around by naming the repository.
 *
 * @throws SuiteError `INPUT_INVALID` where several have it and one of them has conditions
 */
function stationOf(location: Location, policy: Policy | undefined): Station | undefined {
  const stations = stationsAt(location, policy);
  const [first, second] = stations;
  if (second === undefined || first === undefined) return first;
  if (!stations.some(isGuarded)) return first;
  throw invalid(
    `${formatLocation(location)} belongs to several environments: ${stations.map(({ name }) => name).join(', ')}.`,
    'Say by "to" which one is meant.',
  );
}

function chooseFrom(
  station: Station,
  from: string | undefined,
  { policy: path }: PromoteInputs,
  policy: Policy | undefined,
): Station {
  const before = stationsBefore(station, policy);
  if (from === undefined) {
    const [only, second] = before;
    if (only !== undefined && second === undefined) return only;
    throw invalid(
      only === undefined
        ? `The environment ${station.name} has no promote-from, so it is not known what comes into it.`
        : `Images come into ${station.name} from ${before.map(({ name }) => name).join(' or ')}.`,
      only === undefined
        ? 'Give the image as "source".'
        : 'Say by "from" which one is meant, or give the image as "source".',
    );
  }
  const chosen = findStation(from, 'from', policy, path);
  if (before.length === 0 || before.some(({ name }) => name === from)) return chosen;
  throw invalid(
    `Images come into ${station.name} from ${before.map(({ name }) => name).join(' or ')}, not from ${from}.`,
    'Promote to the environment in between first; none may be skipped.',
  );
}

function readImages(source: readonly Reference[] | undefined, what: string): readonly Reference[] {
  if (source !== undefined && source.length > 0) return source;
  throw invalid(
    `The input "${what}" is not given, so there is nothing to promote.`,
    'Give an image, or environments as "from" and "to".',
  );
}

function lastPart({ location }: Reference): string {
  const path = location.kind === 'registry' ? location.name : location.path;
  return path.split('/').at(-1) ?? path;
}

function invalid(fact: string, remedy: string): SuiteError {
  return new SuiteError('INPUT_INVALID', fact, { remedy });
}
