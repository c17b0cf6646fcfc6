import type { ExpressionFacts } from './expression-scope.ts';
import { type Flavor, parseFlavor } from './flavor.ts';
import { effectiveContext, type GitContext, gitTagOf } from './git-context.ts';
import type { ExistingTags, ListedTags } from './highest.ts';
import { imageNames, imageReferences } from './image-names.ts';
import { parseImages } from './image-row.ts';
import { splitTexts } from './input-rows.ts';
import { makeLabels } from './labels.ts';
import type { NamedArtifact } from './named-artifact.ts';
import type { NamingInputs } from './naming-inputs.ts';
import { gatherRemarks, LATEST_IS_DANGEROUS } from './remark.ts';
import { type LatestUse, type RowWorld, rowWorld } from './row-world.ts';
import type { NamingSettings } from './settings.ts';
import { parseTagRows, type TagRow } from './tag-row.ts';
import { type EmptyVariables, makeLatest, makeTags } from './tagging.ts';
import { splitTemplate } from './template-tags.ts';

/** All that names are made from. */
export interface NamingRequest {
  readonly inputs: NamingInputs;
  readonly context: GitContext;
  readonly settings: NamingSettings;
  /** Milliseconds since the epoch; `SOURCE_DATE_EPOCH` wins over it. */
  readonly now: number;
  /** Asked only with `latest=highest`, and once. */
  readonly existingTags: ExistingTags;
  /** Default `keep`: what docker/metadata-action makes of an empty variable is kept where it is a tag. */
  readonly emptyVariables?: EmptyVariables;
  /** The version of the rules `semver` and `pep440` where the event carries none. */
  readonly version?: string | undefined;
  /** Default `free`, as docker/metadata-action has it. */
  readonly latestUse?: LatestUse;
}

/**
 * Names an artifact by the rules of the inputs: docker/metadata-action's, and our own (issue 4).
 *
 * @throws SuiteError `INPUT_INVALID` for inputs that say nothing clear, and for a tag or image the distribution
 *   grammar does not take; what asking for commit date, description or existing tags throws
 */
export async function nameArtifact(request: NamingRequest): Promise<NamedArtifact> {
  const { inputs, settings } = request;
  const context = effectiveContext(request.context, settings);
  const images = imageNames(parseImages(inputs.images));
  const rows = parseTagRows(inputs.tags);
  const flavor = parseFlavor(inputs.flavor);
  const { remarks, tell } = gatherRemarks();
  const { version, latestUse = 'free' } = request;
  const facts = await gatherFacts(request, context, rows, flavor);
  const world: RowWorld = { ...rowWorld(context, flavor, facts, tell), version, latestUse };
  const listed = await listExisting(request, context, rows, flavor);
  const { made, latest: isWanted } = makeTags(rows, world, listed, request.emptyVariables ?? 'keep');
  const latest = isWanted && latestUse !== 'barred';
  const [main, ...partial] = made.map(({ tag }) => tag);
  const latestTag = main !== undefined && latest ? makeLatest(world) : undefined;
  const isNew = latestTag !== undefined && !made.some(({ tag }) => tag === latestTag.tag);
  const all = isNew ? [...made, latestTag] : made;
  const tagNames = all.map(({ tag }) => tag);
  if (latestUse === 'warned' && all.some(({ tag }) => tag === 'latest')) tell(LATEST_IS_DANGEROUS);
  return {
    version: { main, partial, latest },
    images,
    tags: imageReferences(images, tagNames),
    tagNames,
    made: all,
    labels: makeLabels(inputs.labels, 'labels', main ?? '', world),
    annotations: makeLabels(inputs.annotations, 'annotations', main ?? '', world),
    remarks: remarks(),
  };
}

/** What costs a request or a process is asked only where a template names it. */
export async function gatherFacts(
  { inputs, settings, now }: Pick<NamingRequest, 'inputs' | 'settings' | 'now'>,
  context: GitContext,
  rows: readonly TagRow[],
  flavor: Flavor,
): Promise<ExpressionFacts> {
  const texts = [
    ...rows.map(({ text }) => text),
    ...[flavor.prefix, flavor.suffix],
    ...splitTexts(inputs.labels, 'labels'),
    ...splitTexts(inputs.annotations, 'annotations'),
  ];
  const mentioned = new Set(texts.flatMap(wordsInBraces));
  return {
    now: settings.sourceDate ?? now,
    shortShaLength: settings.shortShaLength,
    commitDate: mentioned.has('commit_date') ? await context.commitDate(context.sha) : undefined,
    describe: mentioned.has('describe') ? await context.describe() : undefined,
  };
}

/** Rows are not parsed as templates as a whole; what stands between their braces is enough to know. */
function wordsInBraces(text: string): readonly string[] {
  const parts = text.includes('{{') ? splitTemplate(text) : { parts: [] };
  if ('problem' in parts) return [];
  return parts.parts.flatMap((part) => (part.kind === 'tag' ? part.content.split(/[\s#]+/) : []));
}

/** A row can only make a version of a git tag, of the input `version`, or of a value it is given. */
async function listExisting(
  { existingTags, version }: NamingRequest,
  { ref }: GitContext,
  rows: readonly TagRow[],
  { latest }: Flavor,
): Promise<ListedTags | undefined> {
  const isGiven = gitTagOf(ref) !== undefined || version !== undefined;
  const hasVersion = isGiven || rows.some((row) => 'value' in row && row.value !== '');
  if (latest !== 'highest' || !hasVersion) return undefined;
  return { kind: existingTags.kind, tags: await existingTags.list() };
}
