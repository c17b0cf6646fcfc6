import { SuiteError } from '@artifact-lifecycle/core';
import { type ActionContext, tellArtifact } from '@artifact-lifecycle/core/action';
import {
  type Connections,
  formatLocation,
  formatReference,
  type Location,
  openRegistry,
  parseLocation,
  parseReference,
  parseTag,
  readImageLabels,
  resolveSource,
  type Tag,
} from '@artifact-lifecycle/registry';
import { parseVersion } from '@artifact-lifecycle/versions';
import { type Application, beforeSetting, carryOut, planApplication, refuseMoves } from './application.ts';
import { checkLabels, type ExpectedLabels } from './label-check.ts';

/** Which tags an image gets in its registry, and what it must say of itself first. */
export interface ApplyRequest {
  readonly source: string;
  /** Full names `host/name:tag`, or bare tags. */
  readonly tags: readonly string[];
  readonly isChannel: (tag: string) => boolean;
  /** `undefined` where its labels do not matter. */
  readonly expected: ExpectedLabels | undefined;
  readonly isDryRun: boolean;
}

/** What the work tells while it goes on. */
export interface ApplyTold {
  /** Hears of the digest, of decisions, and of each tag as it is set. */
  readonly onChange: (application: Application) => void;
}

type Context = Pick<ActionContext, 'clock' | 'env' | 'log' | 'signal'>;

/**
 * Applies tags to an image that is in its registry: resolves it once, compares its labels, decides about all tags,
 * and only then sets them. Nothing but manifests and configs is read, and nothing is pulled.
 *
 * @throws SuiteError `INPUT_INVALID` for tags of another repository, `NOT_FOUND`, `NOT_VERIFIED`, `TAG_EXISTS`,
 *   `PLAN_STALE`, and those of talking to a registry
 */
export async function applyTags(
  request: ApplyRequest,
  connections: Connections,
  { onChange }: ApplyTold,
  { clock, env, log, signal }: Context,
): Promise<Application> {
  const source = parseReference(request.source, 'Input "source"');
  const { location } = source;
  const tags = request.tags.map((name) => tagAt(location, name));
  if (tags.length === 0) {
    throw new SuiteError('INPUT_INVALID', 'The event makes no tag that could be applied to "source".', {
      remedy: 'Give "tags" or "strategy" that name this event, or run the step for other events only.',
    });
  }
  for (const tag of new Set(tags)) {
    if (!request.isChannel(tag) || !parseVersion('semver', tag).valid) continue;
    log.warning(
      `${tag} is a whole version, and "channels" has a pattern that lets it move: * stands for dots, too. Write 1.[0-9] in place of 1.*.`,
    );
  }
  const registry = openRegistry(location, connections);
  const manifest = await resolveSource(registry, source, { signal });
  log.info(`${formatReference(source)} is ${manifest.digest}`);
  if (request.expected !== undefined) {
    const images = await readImageLabels(registry, manifest, signal);
    const readSemver = (text: string) => parseVersion('semver', text);
    for (const warning of checkLabels(images, request.expected, readSemver)) log.warning(warning);
  }
  const plan = await planApplication(registry, manifest, tags, request.isChannel, signal);
  onChange(beforeSetting(plan));
  refuseMoves(plan);
  if (request.isDryRun) return plan;
  const done = await carryOut(plan, { clock, signal, onChange });
  // Images outside of a registry have no name there.
  if (location.kind === 'registry') await tellArtifact(formatLocation(location), manifest.digest, env);
  return done;
}

/** A tag by its name; the image of another repository would have to be copied first. */
function tagAt(location: Location, name: string): Tag {
  const colon = name.lastIndexOf(':');
  const isBare = colon === -1;
  const text = name.slice(colon + 1);
  if (!isBare && location.kind === 'registry') {
    const other = parseLocation(name.slice(0, colon), 'Input "images"');
    if (formatLocation(other) !== formatLocation(location)) {
      throw new SuiteError(
        'INPUT_INVALID',
        `${name} is not in the repository of "source", ${formatLocation(location)}.`,
        { remedy: 'Leave it out of "images"; or copy the image there with the action "promote".' },
      );
    }
  }
  return parseTag(text, 'Tag');
}
