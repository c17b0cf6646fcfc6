import { SuiteError } from '@artifact-lifecycle/core';
import type { TagStrategy } from '@artifact-lifecycle/core/policy';
import { parseTag } from '@artifact-lifecycle/registry';
import { type Flavor, parseFlavor } from './flavor.ts';
import { effectiveContext, isUnmerged } from './git-context.ts';
import { imageNames, imageReferences } from './image-names.ts';
import { parseImages } from './image-row.ts';
import { makeLabels } from './labels.ts';
import { gatherFacts, type NamingRequest } from './name-artifact.ts';
import type { NamedArtifact } from './named-artifact.ts';
import { gatherRemarks, LATEST_IS_DANGEROUS } from './remark.ts';
import { rowWorld } from './row-world.ts';
import { isPrereleaseVersion, type StrategyFacts, strategyTag, strategyVersion } from './strategy.ts';
import type { MadeTag } from './tagging.ts';

/** What names by strategy are made from; of the flavor only `tag-prefix` has a meaning here. */
export interface StrategyRequest extends Pick<NamingRequest, 'inputs' | 'context' | 'settings' | 'now'> {
  /** At least one; their tags come in this order, and the first is the version. */
  readonly strategies: readonly TagStrategy[];
  /** Tags that may move; `latest` is made only where it stands here as it is, of what is merged and no
   * prerelease.
   */
  readonly channels: readonly string[];
  /** The version where the event carries none. */
  readonly version: string | undefined;
}

/**
 * Names an artifact by strategies (issue 4, "Strategies").
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export async function nameByStrategy(request: StrategyRequest): Promise<NamedArtifact> {
  const { inputs, settings, strategies } = request;
  const context = effectiveContext(request.context, settings);
  const images = imageNames(parseImages(inputs.images));
  const flavor = parseFlavor(inputs.flavor);
  refuseFlavor(flavor);
  const { remarks, tell } = gatherRemarks();
  const world = rowWorld(context, flavor, await gatherFacts(request, context, [], flavor), tell);
  const facts: StrategyFacts = {
    context,
    shortShaLength: settings.shortShaLength,
    version: request.version,
    tagPrefix: flavor.tagPrefix,
  };
  const made: MadeTag[] = [];
  for (const strategy of strategies) {
    const tag = strategyTag(strategy, facts);
    if (!made.some((other) => other.tag === tag)) made.push({ tag, row: strategy });
  }
  const [main, ...partial] = made.map(({ tag }) => tag);
  const isListed = request.channels.includes('latest') && !namesPrerelease(strategies, facts);
  const latest = isListed && !isUnmerged(context);
  if (isListed && !latest) {
    tell({ level: 'notice', message: 'latest is left out: what is not merged yet is not the latest.' });
  }
  if (latest) {
    made.push({ tag: parseTag('latest', 'channels'), row: 'latest' });
    tell(LATEST_IS_DANGEROUS);
  }
  const tagNames = made.map(({ tag }) => tag);
  return {
    version: { main, partial, latest },
    images,
    tags: imageReferences(images, tagNames),
    tagNames,
    made,
    labels: makeLabels(inputs.labels, 'labels', main ?? '', world),
    annotations: makeLabels(inputs.annotations, 'annotations', main ?? '', world),
    remarks: remarks(),
  };
}

function namesPrerelease(strategies: readonly TagStrategy[], facts: StrategyFacts): boolean {
  return strategies
    .filter((strategy) => strategy === 'semver' || strategy === 'combined')
    .some((strategy) => isPrereleaseVersion(strategyVersion(strategy, facts)));
}

/** The forms of strategies are fixed, and `latest` is a matter of channels: a flavor would be passed over. */
function refuseFlavor({ latest, prefix, suffix }: Flavor): void {
  if (prefix === '' && suffix === '' && (latest === 'auto' || latest === 'false')) return;
  const said = prefix !== '' ? `prefix=${prefix}` : suffix !== '' ? `suffix=${suffix}` : `latest=${latest}`;
  throw new SuiteError(
    'INPUT_INVALID',
    `The flavor ${said} has no meaning where strategies name the artifact.`,
    {
      remedy: 'Leave it out, list "latest" in "channels", or write rules in "tags" in place of strategies.',
    },
  );
}
