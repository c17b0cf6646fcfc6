import { compilePattern, isSuiteError, type Matcher, SuiteError } from '@artifact-lifecycle/core';
import type { Environment, Retention, RetentionRule } from '@artifact-lifecycle/core/policy';
import { formatLocation, parseRepository } from '@artifact-lifecycle/registry';
import { re2Engine } from '../re2-engine.ts';
import { literalPrefix } from './tag-origin.ts';

/** A pattern of tags, ready to be asked. */
export interface TagPattern {
  readonly text: string;
  readonly matches: Matcher;
  readonly prefix: string;
}

/** What a class holds in the repository at hand. */
export type ClassMembers =
  | { readonly kind: 'tags'; readonly patterns: readonly TagPattern[] }
  | { readonly kind: 'untagged' | 'everything' };

/** A class of the policy that has a say in one repository. */
export interface CompiledClass {
  /** As a plan names it: the class's name, or `environment dev`. */
  readonly name: string;
  readonly members: ClassMembers;
  readonly rule: RetentionRule;
}

/** The environments of the policy file, as far as retention asks. */
export type RetentionEnvironments = ReadonlyMap<string, Pick<Environment, 'repository' | 'retention'>>;

/** Our policy, and where it is applied. */
export interface ClassPolicySource {
  readonly retention: Retention | undefined;
  readonly environments: RetentionEnvironments;
  /** The repository, as it is pulled. */
  readonly target: string;
}

/**
 * The classes that have a say in a repository, in their order; after those of `retention` come the retentions of
 * the environments whose repository it is.
 *
 * @throws SuiteError `INPUT_INVALID` for a pattern that is none, `POLICY_INVALID` for an environment nobody knows
 */
export function compileClasses({
  retention,
  environments,
  target,
}: ClassPolicySource): readonly CompiledClass[] {
  const classes = (retention?.classes ?? []).flatMap(({ name, match, ...rule }): readonly CompiledClass[] => {
    if (match.environment !== undefined && !isIn(name, match.environment, environments, target)) return [];
    if (match.tags !== undefined && match.untagged === true) {
      throw new SuiteError(
        'POLICY_INVALID',
        `The retention class ${JSON.stringify(name)} can match nothing: it wants tags and no tags.`,
        { remedy: 'Take tags or untagged away, or make two classes of it.' },
      );
    }
    const members: ClassMembers =
      match.tags !== undefined
        ? { kind: 'tags', patterns: match.tags.map(compileTagPattern) }
        : { kind: match.untagged === true ? 'untagged' : 'everything' };
    return [{ name, members, rule }];
  });
  const stations = Array.from(environments).flatMap(([name, environment]): readonly CompiledClass[] => {
    if (environment.retention === undefined || !holds(environment.repository, target)) return [];
    return [{ name: `environment ${name}`, members: { kind: 'everything' }, rule: environment.retention }];
  });
  return [...classes, ...stations];
}

/** Compiles a pattern of tags: a glob, or RE2 between slashes. @throws SuiteError `INPUT_INVALID` */
export function compileTagPattern(text: string): TagPattern {
  return { text, matches: compilePattern(text, re2Engine), prefix: literalPrefix(text) };
}

/** The environments that have images in a repository. */
export function environmentsOf(environments: RetentionEnvironments, target: string): RetentionEnvironments {
  return new Map([...environments].filter(([, { repository }]) => holds(repository, target)));
}

function isIn(className: string, name: string, environments: RetentionEnvironments, target: string): boolean {
  const environment = environments.get(name);
  if (environment !== undefined) return holds(environment.repository, target);
  throw new SuiteError(
    'POLICY_INVALID',
    `The retention class ${JSON.stringify(className)} is for the environment ${JSON.stringify(name)}, which the policy does not have.`,
    { remedy: 'Add the environment to the policy file, or correct its name.' },
  );
}

function holds(repositories: readonly string[], target: string): boolean {
  const place = placeOf(target);
  return repositories.some((repository) => placeOf(repository) === place);
}

/** One name for all in which a repository can be written: `alpine` is `docker.io/library/alpine`. */
function placeOf(text: string): string {
  const lower = text.toLowerCase();
  try {
    return formatLocation(parseRepository(lower, 'repository'));
  } catch (error) {
    // Packages of other kinds, and inventories, are no repositories.
    if (isSuiteError(error)) return lower;
    throw error;
  }
}
