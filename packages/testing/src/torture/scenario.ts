import type { ManifestContent } from '../image/content.ts';
import type { RegistryOptions } from '../registry/options.ts';
import type { Ability } from './client.ts';
import type { Stage } from './stage.ts';

/**
 * What must come out. `copied`: the client says so, and all of the image is there under its tag. `refused`: the
 * client says no, and no tag was set or moved. `honest`: either of the two, but never success with something
 * missing, and never a tag on something incomplete.
 */
export type ExpectedOutcome = 'copied' | 'refused' | 'honest';

/** One thing more that must hold after the run. */
export interface Demand {
  /** As a sentence goes on: `no Authorization reaches the other host`. */
  readonly says: string;
  holds(stage: Stage): boolean;
}

/** How registries behave in one scenario, and what must come out of a copy between them. */
export interface Scenario {
  /** The number of the case, and a letter: `6c`. */
  readonly id: string;
  /** A statement about a client that passes: `goes on where …`. */
  readonly name: string;
  /** Where it was seen, or what demands it. */
  readonly source: string;
  readonly outcome: ExpectedOutcome;
  readonly also?: readonly Demand[];
  /** What is copied; an index of two platforms when absent. */
  readonly image?: ManifestContent;
  /** What refers to it and has to come along; then `referrers` is among the abilities that are needed. */
  readonly referrers?: readonly ManifestContent[];
  readonly from?: RegistryOptions;
  readonly to?: RegistryOptions;
  /** Copies from one repository to another of the same registry, which `from` describes. */
  readonly within?: boolean;
  /** Credentials the client has for both registries. */
  readonly login?: boolean;
  /** Whether the client is told to leave a tag alone that exists; then `no-clobber` is needed. */
  readonly noClobber?: boolean;
  readonly byDigest?: boolean;
  /** Whether somebody else moves the tag meanwhile: then it need not be where it was. */
  readonly othersMove?: boolean;
  readonly needs?: readonly Ability[];
  /** Sets the scene: content beside the image, and faults. */
  prepare?(stage: Stage): void | Promise<void>;
}

/** All that a client has to be able to do for a scenario. */
export function abilitiesFor(scenario: Scenario): readonly Ability[] {
  return [
    ...(scenario.needs ?? []),
    ...(scenario.referrers === undefined ? [] : (['referrers'] as const)),
    ...(scenario.noClobber === true ? (['no-clobber'] as const) : []),
  ];
}

/** The scenario's criterion in words. */
export function describeCriterion({ outcome, also = [] }: Scenario): string {
  const base = {
    copied: 'ends well, and everything is there under the tag',
    refused: 'fails, and no tag is set or moved',
    honest: 'ends well with everything there, or fails and sets no tag',
  }[outcome];
  return [base, ...also.map(({ says }) => says)].join('; ');
}
