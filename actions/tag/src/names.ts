import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import {
  effectiveContext,
  gitTagOf,
  type Label,
  type LatestUse,
  type NamedArtifact,
  type NamingInputs,
  type NamingSettings,
  nameArtifact,
  nameByStrategy,
  parseFlavor,
  sortLabels,
} from '@artifact-lifecycle/naming';
import { chooseExistingTags } from './existing-tags.ts';
import type { tag } from './inputs.ts';
import type { RegistryDesk } from './registry-desk.ts';
import type { TagRequest } from './request.ts';
import type { Situation } from './situation.ts';
import { judgeVersion, type VersionFacts } from './version-facts.ts';

/** What names are made from. */
export interface NamesRequest {
  readonly inputs: Inputs<typeof tag>;
  readonly request: TagRequest;
  readonly settings: NamingSettings;
  readonly situation: Situation;
  readonly desk: RegistryDesk;
  readonly context: ActionContext<typeof tag>;
}

/** The names of an artifact, with what is known of its version and its commit. */
export interface ArtifactNames {
  readonly named: NamedArtifact;
  readonly facts: VersionFacts;
  /** The git tag without its prefix, else the input `version`; it may be no version. */
  readonly eventVersion: string | undefined;
  /** The commit that the artifact is of. */
  readonly revision: string;
}

/** The inputs whose rows the naming reads as they were written. */
const ROWS = ['tags', 'flavor', 'labels', 'annotations'] as const;

/**
 * Names the artifact: by the rules of `tags`, or by strategies; with the labels of what its Dockerfile is built on.
 *
 * @throws SuiteError `INPUT_INVALID`, and those of asking GitHub, git or a registry
 */
export async function makeNames(wanted: NamesRequest): Promise<ArtifactNames> {
  const { inputs, request, settings, situation, context } = wanted;
  const rows = Object.fromEntries(
    ROWS.map((name) => [name, context.env[`INPUT_${name.toUpperCase()}`] ?? '']),
  );
  const naming: NamingInputs = {
    images: inputs.images === undefined ? request.images.join('\n') : (context.env['INPUT_IMAGES'] ?? ''),
    tags: rows['tags'] ?? '',
    flavor: rows['flavor'] ?? '',
    labels: rows['labels'] ?? '',
    annotations: rows['annotations'] ?? '',
  };
  const { version } = inputs;
  const common = { inputs: naming, context: situation.git, settings, now: context.clock.now(), version };
  const { strategies, channels } = request;
  // A workflow that came from docker/metadata-action keeps what it made of an empty variable; one that deploys or
  // publishes by inputs of ours has nothing to keep.
  const named =
    strategies.length > 0
      ? await nameByStrategy({ ...common, strategies, channels })
      : await nameArtifact({
          ...common,
          existingTags: chooseExistingTags(wanted),
          latestUse: latestUseOf(inputs, request),
          emptyVariables: inputs.environment === undefined && inputs.source === undefined ? 'keep' : 'refuse',
        });
  const labels = withBase(named.labels, await readBase(wanted));
  const gitTag = ownGitTag(situation.git.ref, parseFlavor(naming.flavor).tagPrefix);
  return {
    named: { ...named, labels },
    facts: judgeVersion(inputs.ecosystem, { given: version, gitTag, made: named.version.main }),
    eventVersion: gitTag ?? version,
    revision: effectiveContext(situation.git, settings).sha,
  };
}

/** An environment's images are deployed: `latest` is made there only where it is listed (contract: "tag"). */
function latestUseOf({ environment }: Inputs<typeof tag>, { channels }: TagRequest): LatestUse {
  if (environment === undefined) return 'free';
  return channels.includes('latest') ? 'warned' : 'barred';
}

/** The git tag of the event behind `tag-prefix`; that of another component of the repository is none of ours. */
function ownGitTag(ref: string, prefix: string): string | undefined {
  const gitTag = gitTagOf(ref);
  return gitTag?.startsWith(prefix) ? gitTag.slice(prefix.length) : undefined;
}

async function readBase({ inputs, desk, context }: NamesRequest): Promise<Readonly<Record<string, string>>> {
  if (inputs.dockerfile === undefined) return {};
  // Eager: in the bundle's one file, but not run where no Dockerfile is named.
  const { readBaseLabels } = await import(/* webpackMode: "eager" */ './base-image.ts');
  const { workspace, signal } = context;
  return readBaseLabels(inputs.dockerfile, workspace, await desk.connections(), signal);
}

/** What the workflow says of its labels wins. */
function withBase(labels: readonly Label[], base: Readonly<Record<string, string>>): readonly Label[] {
  const all = new Map<string, string>([...Object.entries(base), ...labels]);
  return sortLabels([...all]);
}
