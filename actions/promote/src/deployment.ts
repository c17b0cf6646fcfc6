import { isSuiteError } from '@artifact-lifecycle/core';
import {
  createDeployment,
  createDeploymentStatus,
  endEarlierDeployment,
  type GateQuestions,
  recordLinkedArtifact,
} from '@artifact-lifecycle/github/gates';
import {
  type Digest,
  formatLocation,
  formatReference,
  type Location,
  type Tag,
} from '@artifact-lifecycle/registry';
import type { Artifact } from './artifact.ts';
import type { Desk } from './desk.ts';

/** What comes into an environment, or back into it. */
export interface News {
  readonly environment: string;
  readonly artifact: Artifact;
  readonly version: string | undefined;
  /** Where it is to be, and under which names. */
  readonly places: readonly { readonly location: Location; readonly tags: readonly Tag[] }[];
  /** How it is told of when it is there: `Promoted`. */
  readonly verb: string;
}

/** A promotion as GitHub is told of it, so that its page answers which version is in an environment. */
export interface Announcement {
  succeeded(records: readonly Digest[]): Promise<void>;
  failed(): Promise<void>;
}

const SILENCE: Announcement = { succeeded: async () => undefined, failed: async () => undefined };

/**
 * Tells GitHub that a promotion begins: a deployment of the artifact's commit to the environment. It is news, not a
 * gate: where GitHub does not take it, the log says why, and the promotion goes on.
 */
export async function announce(news: News | undefined, desk: Desk): Promise<Announcement> {
  if (news === undefined || !desk.github.isAtHand) return SILENCE;
  const { environment, artifact, version, places, verb } = news;
  const { commit, digest } = artifact;
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) return SILENCE;
  const questions = desk.github.questions();
  const references = places.flatMap(({ location, tags }) =>
    tags.map((tag) => formatReference({ location, tag, digest })),
  );
  const [place] = places;
  const name = formatLocation(place?.location ?? artifact.registry.location)
    .split('/')
    .at(-1);
  const what = { environment, name: name ?? '', digest, references };
  const id = await tell(desk, 'a deployment', () =>
    createDeployment(questions, { ...what, commit, ...(version !== undefined && { version }) }),
  );
  if (id === undefined) return SILENCE;
  const logUrl = runUrl(desk);
  const status = (state: 'in_progress' | 'success' | 'failure', description: string): Promise<unknown> =>
    tell(desk, 'a deployment status', () =>
      createDeploymentStatus(questions, id, { state, description, ...(logUrl !== undefined && { logUrl }) }),
    );
  await status('in_progress', 'The gates let it in; it is being copied.');
  return {
    async succeeded(records) {
      const record = records[0] === undefined ? '' : ` Record ${records[0]}.`;
      await status('success', `${verb} ${version ?? digest}.${record}`);
      await tell(desk, 'the end of the deployment before', () =>
        endEarlierDeployment(questions, { deployment: id, environment, name: what.name }),
      );
      await linkAll(news, questions, desk);
    },
    async failed() {
      await status('failure', 'The promotion failed; the log says where it stands.');
    },
  };
}

/** Records where the artifact lies on the organisation's page, where there is one. */
async function linkAll(
  { environment, artifact, version, places }: News,
  questions: GateQuestions,
  desk: Desk,
): Promise<void> {
  for (const { location } of places) {
    if (location.kind !== 'registry') continue;
    const result = await tell(desk, 'a linked artifact', () =>
      recordLinkedArtifact(questions, {
        ...{ name: location.name, digest: artifact.digest, registryHost: location.host, environment },
        ...(version !== undefined && { version }),
        place: formatLocation(location),
      }),
    );
    if (result?.kind === 'unavailable') {
      desk.context.log.debug(`No linked artifact for ${location.name}: ${result.problem}`);
      return;
    }
  }
}

/** Says news to GitHub; that GitHub does not take it is a warning, unless the run is cancelled. */
async function tell<T>(desk: Desk, what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isSuiteError(error) || error.code === 'CANCELLED') throw error;
    desk.context.log.warning(`GitHub was not told of ${what}: ${error.message} ${error.remedy ?? ''}`.trim());
    return undefined;
  }
}

function runUrl({ event, context }: Desk): string | undefined {
  const id = context.env['GITHUB_RUN_ID'];
  return id === undefined || id === ''
    ? undefined
    : `${event.serverUrl}/${event.repository}/actions/runs/${id}`;
}
