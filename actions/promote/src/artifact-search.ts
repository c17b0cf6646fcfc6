import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import { isHeadTag } from '@artifact-lifecycle/gates';
import {
  type Digest,
  formatLocation,
  formatReference,
  type ImageLabels,
  openRegistry,
  parseDigest,
  type Reference,
  type Registry,
  readImageLabels,
  rememberManifests,
  resolveSource,
  type Tag,
  tryParseDigest,
} from '@artifact-lifecycle/registry';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';
import { candidateTags } from './naming.ts';
import type { PromotionRequest, SourceChoice } from './request.ts';
import { locationsOf, type Station } from './station.ts';

const REVISION = 'org.opencontainers.image.revision';
const VERSION = 'org.opencontainers.image.version';

/**
 * Finds what is to be promoted, and reads what it says of itself.
 *
 * @throws SuiteError `NOT_FOUND`, `INPUT_INVALID`, and those of reading a registry
 */
export async function findArtifact(request: PromotionRequest, desk: Desk): Promise<Artifact> {
  const { source } = request;
  const { registry, reference } = await locate(source, desk);
  // A copy that nothing stands before needs no labels, and their requests are saved.
  const isPlain = request.to === undefined && Object.keys(request.gates).length === 0;
  const isPlanned = source.kind === 'reference' && source.isPlanned === true;
  const meant = isPlanned ? { ...reference, tag: undefined } : reference;
  return { ...(await describeArtifact(registry, meant, desk, !isPlain)), reference };
}

/** Resolves an image, once, and reads what it says of itself. */
export async function describeArtifact(
  registry: Registry,
  reference: Reference,
  desk: Desk,
  withLabels = true,
): Promise<Artifact> {
  const { signal } = desk.context;
  const root = await resolveSource(registry, reference, { signal });
  const labels = withLabels ? await readImageLabels(registry, root, signal) : [];
  return {
    registry,
    reference,
    root,
    digest: root.digest,
    labels,
    commit: commonLabel(labels, REVISION),
    version: commonLabel(labels, VERSION),
  };
}

interface Located {
  readonly registry: Registry;
  readonly reference: Reference;
}

async function locate(source: SourceChoice, desk: Desk): Promise<Located> {
  if (source.kind === 'reference') {
    return {
      registry: rememberManifests(openRegistry(source.reference.location, desk.connections)),
      reference: source.reference,
    };
  }
  const { station, version } = source;
  const digest = version === undefined ? undefined : tryParseDigest(version);
  const choices = digest === undefined ? candidateTags(station, version, desk) : [[digest]];
  const found = await findFirst(station, choices, desk);
  const [first] = found;
  if (first === undefined) throw await nothingFound(station, choices.flat(), desk);
  const other = found.find((one) => one.digest !== first.digest);
  if (other !== undefined) {
    const { location } = first.registry;
    throw new SuiteError(
      'INPUT_INVALID',
      `${formatReference({ location, tag: first.tag, digest: undefined })} is ${first.digest}, and ${formatReference({ location, tag: other.tag, digest: undefined })} is ${other.digest}: it is not known which one is meant.`,
      { remedy: 'Set "version" to the tag or the digest that is to be promoted.' },
    );
  }
  const { registry, tag } = first;
  return {
    registry,
    reference: {
      location: registry.location,
      tag,
      digest: tag === undefined ? parseDigest(first.digest, 'version') : undefined,
    },
  };
}

/** What an environment has under a name. */
interface Found {
  readonly tag: Tag | undefined;
  readonly digest: Digest;
  readonly registry: Registry;
}

/**
 * Everything that the first region has under the first names that it knows any of: what one region has, is what is
 * promoted, and less sure names do not count beside surer ones. The other regions are asked only where it has nothing.
 */
async function findFirst(
  station: Station,
  choices: readonly (readonly (Tag | Digest)[])[],
  desk: Desk,
): Promise<readonly Found[]> {
  for (const location of locationsOf(station)) {
    const registry = rememberManifests(openRegistry(location, desk.connections));
    for (const names of choices) {
      const found: Found[] = [];
      for (const name of names) {
        const descriptor = await registry.resolve(name, { signal: desk.context.signal });
        if (descriptor === undefined) continue;
        const tag = tryParseDigest(name) === undefined ? (name as Tag) : undefined;
        found.push({ tag, digest: descriptor.digest, registry });
      }
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** Names that help somebody who has mistyped one; a list of all would hide the sentence before it. */
const MAX_SUGGESTED = 5;

async function nothingFound(station: Station, names: readonly string[], desk: Desk): Promise<SuiteError> {
  const places = locationsOf(station).map(formatLocation).join(', ');
  const missing =
    names.length === 0
      ? 'neither the event nor "version" names one'
      : `${names.join(', ')} is not in ${places}`;
  const there = await suggestTags(station, desk);
  const has = there.length === 0 ? '' : `It has ${there.join(', ')}. `;
  return new SuiteError(
    'NOT_FOUND',
    `The environment ${station.name} has no image that is meant: ${missing}.`,
    { remedy: `${has}Set "version" to a tag or a digest that it has, or promote it there first.` },
  );
}

/** Some names of images in the first region, the last by the alphabet; none where they cannot be listed. */
async function suggestTags(station: Station, desk: Desk): Promise<readonly Tag[]> {
  const [location] = locationsOf(station);
  if (location === undefined) return [];
  try {
    const tags = await openRegistry(location, desk.connections).listTags({ signal: desk.context.signal });
    const images = tags.filter((tag) => !isHeadTag(tag) && !/^sha(?:256|512)-/.test(tag));
    return images.toSorted().slice(-MAX_SUGGESTED);
  } catch (error) {
    if (!isSuiteError(error) || error.code === 'CANCELLED') throw error;
    return [];
  }
}

/** What all images say, or `undefined` where they say nothing, or not the same. */
function commonLabel(labels: readonly ImageLabels[], name: string): string | undefined {
  const values = new Set(labels.map((one) => one.labels.get(name) ?? ''));
  const [value] = values;
  return values.size === 1 && value !== '' ? value : undefined;
}
