import type { ActionContext, Inputs, Main, Outputs } from '@artifact-lifecycle/core/action';
import { parseSettings } from '@artifact-lifecycle/naming';
import type { Application } from './application.ts';
import { readDemand } from './demand.ts';
import { exportOutputs } from './environment-variables.ts';
import type { tag } from './inputs.ts';
import { type ArtifactNames, makeNames } from './names.ts';
import { writeNames } from './outputs.ts';
import { openDesk, type RegistryDesk } from './registry-desk.ts';
import { readSituation, type Situation } from './situation.ts';
import { summarise, summariseState, verdictOf } from './summary.ts';
import { appliedOf, type Tagging } from './tagging.ts';

type Context = ActionContext<typeof tag>;

/** Names an artifact after the event, and gives the names to an image in its registry where one is named. */
export const main: Main<typeof tag> = async (inputs, context) => {
  const { env, log, summary } = context;
  const settings = parseSettings(env);
  const { request, registries } = await readDemand(inputs, context);
  const desk = openDesk(registries, inputs.githubToken, context);
  try {
    const situation = await readSituation(inputs, context);
    const names = await makeNames({ inputs, request, settings, situation, desk, context });
    const warnings = warningsOf(names, situation);
    for (const warning of warnings) log.warning(warning);
    for (const { level, message } of names.named.remarks) if (level === 'notice') log.info(message);
    const { outputs, texts } = writeNames(names, inputs, settings, env);
    context.setOutputs(outputs);
    if (settings.setOutputEnv) exportOutputs(texts, env);
    for (const one of names.named.tags) log.info(`  ${one}`);
    const application = await applyNames(inputs, names, desk, context, request.isChannel);
    const tagging = taggingOf(inputs, situation, names, warnings, application);
    log.info(verdictOf(tagging));
    summarise(tagging, summary);
    context.addToJson({ dryRun: inputs.dryRun, event: situation.event.name, warnings });
    return application === undefined ? {} : appliedOutputs(application);
  } finally {
    desk.close();
  }
};

/** Applies the tags under the eyes of the reader, and tells where each stands if that fails. */
async function applyNames(
  inputs: Inputs<typeof tag>,
  names: ArtifactNames,
  desk: RegistryDesk,
  context: Context,
  isChannel: (tag: string) => boolean,
): Promise<Application | undefined> {
  if (inputs.source === undefined) return undefined;
  let state: Application | undefined;
  try {
    // Eager: in the bundle's one file, but not run where no image is named.
    const { applyTags } = await import(/* webpackMode: "eager" */ './apply.ts');
    return await applyTags(
      {
        source: inputs.source,
        tags: names.named.tags,
        isChannel,
        expected: inputs.verifyLabels
          ? { revision: names.revision, event: names.eventVersion, tags: names.named.tagNames }
          : undefined,
        isDryRun: inputs.dryRun,
      },
      await desk.connections(),
      {
        onChange: (changed) => {
          state = changed;
          context.setOutputs(appliedOutputs(changed));
        },
      },
      context,
    );
  } catch (error) {
    if (state !== undefined) summariseState(state, inputs.dryRun, context.summary);
    throw error;
  }
}

/** docker/metadata-action's remarks, what is said of the version, and that an event makes no tag. */
function warningsOf({ named, facts }: ArtifactNames, { event, git }: Situation): readonly string[] {
  const remarks = named.remarks.filter(({ level }) => level === 'warning').map(({ message }) => message);
  const why =
    event.name === '' && git.ref === ''
      ? 'There is no event: set GITHUB_EVENT_NAME and GITHUB_REF, or "context: git".'
      : 'Check the input "tags".';
  const empty = named.tags.length === 0 ? [`No tag has been generated. ${why}`] : [];
  return [...remarks, ...(facts.warning === undefined ? [] : [facts.warning]), ...empty];
}

function appliedOutputs(application: Application): Outputs<typeof tag> {
  return { digest: application.manifest.digest, applied: appliedOf(application) };
}

function taggingOf(
  { dryRun }: Inputs<typeof tag>,
  { event, git }: Situation,
  { named, facts, revision }: ArtifactNames,
  warnings: readonly string[],
  application: Application | undefined,
): Tagging {
  return {
    isDryRun: dryRun,
    event: event.name,
    ref: git.ref,
    sha: revision,
    version: named.version.main ?? '',
    normalized: facts.normalized,
    isPrerelease: facts.isPrerelease,
    tags: named.tags,
    labels: new Map(named.labels),
    warnings,
    application,
  };
}
