import * as z from 'zod/mini';
import { DURATION_FORM, DURATION_PATTERN, type Milliseconds, parseDuration } from './duration.ts';
import { quote } from './problem.ts';
import {
  anyNumberOf,
  named,
  oneOrMore,
  optional,
  type Report,
  required,
  settings,
  text,
} from './settings.ts';
import { name, patternOfTags, plainText, wholeNumber } from './texts.ts';

/** How long images stay: so long since they were pushed (or pulled), or for good. */
export type Keep = Milliseconds | 'forever';

/** What a class or an environment lets go. */
export type RetentionRule = z.output<ReturnType<typeof retentionRule>>;

/** One class of images and what becomes of them; in a list the first that matches decides. */
export type RetentionClass = z.output<ReturnType<typeof retentionClass>> & { readonly name: string };

/** The mapping `retention`. */
export type Retention = z.output<ReturnType<typeof retention>>;

/** What is never deleted. */
export type Protection = z.output<ReturnType<typeof protection>>;

/** Where digests in use are named: GitHub's deployments, its deployment records, files of the repository. */
export type DigestSource =
  | { readonly kind: 'deployments' | 'deployment-records' }
  | { readonly kind: 'files'; readonly glob: string };

function ruleShape() {
  return {
    keep: optional('How long images stay: a duration, or `forever`.', keep()),
    'keep-last': optional('How many of the newest images stay, however old they are.', wholeNumber(0)),
    since: optional('What the age counts from.', z.enum(['pushed', 'pulled']), { default: 'pushed' }),
    'delete-when': optional(
      'What lets an image go before its time: its branch is gone, its pull request is closed.',
      oneOrMore(z.enum(['branch-gone', 'pr-closed'])),
    ),
  };
}

/** The retention of an environment: a class that matches its repository. */
export function retentionRule() {
  return settings(ruleShape(), requireSomeRule);
}

/** The mapping `retention`, in the policy file and as cleanup's input. */
export function retention() {
  return settings({
    classes: required(
      'Classes by name, in order: the first whose match fits an image decides; what fits none is kept.',
      z.pipe(
        named(name(), retentionClass()),
        z.transform((byName): readonly RetentionClass[] =>
          Array.from(byName, ([className, its]) => ({ name: className, ...its })),
        ),
      ),
    ),
  });
}

function retentionClass() {
  return settings(
    {
      match: required('Which images the class holds: all that is named must fit.', imageMatch()),
      ...ruleShape(),
    },
    requireSomeRule,
  );
}

function imageMatch() {
  return settings(
    {
      tags: optional(
        'Patterns, one of which fits a tag: globs, or RE2 between slashes.',
        oneOrMore(patternOfTags()),
      ),
      untagged: optional('Images without a tag.', z.literal(true)),
      environment: optional("Images in this environment's repositories.", plainText('production')),
    },
    (value, report) => {
      if (Object.keys(value).length === 0) report('matches nothing: set tags, untagged or environment');
    },
  );
}

function requireSomeRule(
  value: { readonly [Key in keyof ReturnType<typeof ruleShape>]?: unknown },
  report: Report,
): void {
  if (value.keep === undefined && value['keep-last'] === undefined && value['delete-when'] === undefined) {
    report('says nothing about how long to keep: set keep, keep-last or delete-when');
  }
}

/** The mapping `protect`. */
export function protection() {
  return settings({
    tags: optional('Patterns of tags that are never deleted.', anyNumberOf(patternOfTags())),
    'digests-from': optional(
      'Where digests in use are named: `deployments`, `deployment-records`, or `glob:` and files of the repository.',
      anyNumberOf(digestSource()),
    ),
  });
}

function digestSource() {
  return text<DigestSource>(
    (value) => {
      if (value === 'deployments' || value === 'deployment-records') return { value: { kind: value } };
      const glob = value.startsWith('glob:') ? value.slice('glob:'.length).trim() : '';
      return glob === ''
        ? { problem: `must be deployments, deployment-records or glob:FILES, not ${quote(value)}` }
        : { value: { kind: 'files', glob } };
    },
    {
      pattern: '^(?:deployments|deployment-records|glob:.+)$',
      examples: ['deployments', 'glob:deploy/**/*.yaml'],
    },
  );
}

const KEEP_FORM = `${DURATION_FORM}, or forever`;

function keep() {
  return text<Keep>(
    (value) => {
      if (value === 'forever') return { value };
      const parsed = parseDuration(value);
      return parsed === undefined
        ? { problem: `must be ${KEEP_FORM}, not ${quote(value)}` }
        : { value: parsed };
    },
    { pattern: `^forever$|${DURATION_PATTERN}`, examples: ['90d', 'forever'] },
    KEEP_FORM,
  );
}
