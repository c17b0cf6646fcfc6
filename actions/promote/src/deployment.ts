import { isSuiteError } from '@artifact-lifecycle/core';
import {
  createDeployment,
  createDeploymentStatus,
  endEarlierDeployment,
  type GateQuestions,
  recordLinkedArtifact,
} from '@artifact-lifecycle/github/gates';
import { type Digest, formatLocation, formatReference } from '@artifact-lifecycle/registry';
import type { Desk } from './desk.ts';
import type { PlannedPromotion } from './preparation.ts';

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
export async function announce(planned: PlannedPromotion, desk: Desk): Promise<Announcement> {
  const { request, artifact, names, plan } = planned;
  const { to } = request;
  const commit = artifact.commit;
  if (to === undefined || !desk.github.isAtHand || commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) {
    return SILENCE;
  }
  const questions = desk.github.questions();
  const places = plan.destinations.map(({ registry }) => registry.location);
  const references = plan.destinations.flatMap(({ registry, tags }) =>
    tags.map(({ tag }) => formatReference({ location: registry.location, tag, digest: artifact.digest })),
  );
  const name =
    formatLocation(places[0] ?? artifact.registry.location)
      .split('/')
      .at(-1) ?? '';
  const id = await tell(desk, 'a deployment', () =>
    createDeployment(questions, {
      ...{ commit, environment: to.name, name, digest: artifact.digest, references },
      ...(names.version !== undefined && { version: names.version }),
    }),
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
      await status('success', `Promoted ${names.version ?? artifact.digest}.${record}`);
      await tell(desk, 'the end of the deployment before', () =>
        endEarlierDeployment(questions, { deployment: id, environment: to.name, name }),
      );
      await linkAll(planned, name, questions, desk);
    },
    async failed() {
      await status('failure', 'The promotion failed; the log says where it stands.');
    },
  };
}

/** Records where the artifact lies on the organisation's page, where there is one. */
async function linkAll(
  { request, artifact, names, plan }: PlannedPromotion,
  name: string,
  questions: GateQuestions,
  desk: Desk,
): Promise<void> {
  for (const { registry } of plan.destinations) {
    const { location } = registry;
    if (location.kind !== 'registry') continue;
    const result = await tell(desk, 'a linked artifact', () =>
      recordLinkedArtifact(questions, {
        ...{ name: location.name, digest: artifact.digest, registryHost: location.host },
        ...(names.version !== undefined && { version: names.version }),
        ...(request.to !== undefined && { environment: request.to.name }),
        place: formatLocation(location),
      }),
    );
    if (result?.kind === 'unavailable') {
      desk.context.log.debug(`No linked artifact for ${name}: ${result.problem}`);
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
