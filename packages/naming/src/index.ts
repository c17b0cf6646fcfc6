export { DEFAULT_FLAVOR, type Flavor, type FlavorLatest, parseFlavor } from './flavor.ts';
export {
  branchOf,
  effectiveContext,
  type GitContext,
  gitTagOf,
  type PullRequestFacts,
  pullOf,
  type RepositoryFacts,
} from './git-context.ts';
export type { ExistingTags } from './highest.ts';
export { type ImageRow, parseImages } from './image-row.ts';
export { formatLabel, type Label, sortLabels } from './labels.ts';
export { type NamingRequest, nameArtifact } from './name-artifact.ts';
export { nameByStrategy, type StrategyRequest } from './name-by-strategy.ts';
export type { ArtifactVersion, NamedArtifact } from './named-artifact.ts';
export { type NamingInputs, NO_INPUTS } from './naming-inputs.ts';
export {
  type BakeFiles,
  bakeFiles,
  leveledAnnotations,
  type NamingJson,
  type NamingOutputs,
  namingJson,
  type OutputForm,
  writeOutputs,
} from './outputs.ts';
export type { Remark } from './remark.ts';
export type { LatestUse } from './row-world.ts';
export { type NamingSettings, parseSettings } from './settings.ts';
export { type StrategyFacts, strategyTag, strategyVersion } from './strategy.ts';
export { parseTagRow, parseTagRows, type TagRow, type TagRule } from './tag-row.ts';
export type { EmptyVariables, MadeTag } from './tagging.ts';
