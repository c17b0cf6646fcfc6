import { SuiteError } from '@artifact-lifecycle/core';
import type { Tag } from '@artifact-lifecycle/registry';
import { OWN_VARIABLES } from './expression-scope.ts';
import { type Affixes, higherRelease, type ListedTags } from './highest.ts';
import { formatRelease, isPrerelease } from './release.ts';
import { quote, rowError } from './row-error.ts';
import { fillIn, type RowValue, type RowWorld } from './row-world.ts';
import { makeTag, sanitizeTag } from './tag-name.ts';
import type { TagRow } from './tag-row.ts';
import { applyRule } from './tag-rule.ts';

/** A tag and the row that made it. */
export interface MadeTag {
  readonly tag: Tag;
  /** The row as it was written. */
  readonly row: string;
}

/** What the rows made: in their order, each tag once. */
export interface MadeTags {
  readonly made: readonly MadeTag[];
  /** Whether the flavor and the rules want `latest`. */
  readonly latest: boolean;
}

/** What happens to a variable that is empty in a tag that is valid all the same. */
export type EmptyVariables = 'keep' | 'refuse';

/**
 * Makes the tags of the rows.
 *
 * @param listed the tags there are, where `latest=highest` asks for them
 * @throws SuiteError `INPUT_INVALID`, naming the row
 */
export function makeTags(
  rows: readonly TagRow[],
  world: RowWorld,
  listed: ListedTags | undefined,
  emptyVariables: EmptyVariables,
): MadeTags {
  const made: MadeTag[] = [];
  let latest: boolean | undefined;
  for (const row of rows) {
    if (!isEnabled(row, world)) continue;
    for (const key of row.unknown) {
      world.tell({
        level: 'notice',
        message: `Nothing reads the attribute ${quote(key)} of ${quote(row.text)}.`,
        row: row.text,
      });
    }
    const value = applyRule(row, world);
    if (value === undefined) continue;
    const prefix = affix(row, row.prefix ?? world.flavor.prefix, world);
    const suffix = affix(row, row.suffix ?? world.flavor.suffix, world);
    const text = `${prefix.text}${value.text}${suffix.text}`;
    if (text === '') continue;
    const empty = [...value.empty, ...prefix.empty, ...suffix.empty];
    const tag = makeTag(sanitizeTag(text), 'tags', row.text, empty);
    judgeEmpty(tag, row, empty, world, emptyVariables);
    if (tag === 'latest' && world.latestUse === 'barred') {
      world.tell({
        level: 'warning',
        message: `latest is left out of ${quote(row.text)}, because "channels" does not list it.`,
        row: row.text,
      });
      continue;
    }
    const affixes: Affixes = {
      tagPrefix: row.tagPrefix ?? world.flavor.tagPrefix,
      prefix: sanitizeTag(prefix.text),
      suffix: sanitizeTag(suffix.text),
    };
    latest ??= wantsLatest(row, value, world, listed, affixes);
    if (staysBehind(tag, row, value, world, listed, affixes)) continue;
    if (!made.some((other) => other.tag === tag)) made.push({ tag, row: row.text });
  }
  return { made, latest: latest ?? false };
}

/** The tag `latest` as the flavor writes it. */
export function makeLatest(world: RowWorld): MadeTag {
  const { prefix, prefixLatest, suffix, suffixLatest } = world.flavor;
  const before = fillIn(prefixLatest ? prefix : '', world, 'flavor', prefix);
  const after = fillIn(suffixLatest ? suffix : '', world, 'flavor', suffix);
  const text = sanitizeTag(`${before.text}latest${after.text}`);
  return { tag: makeTag(text, 'flavor', 'latest', [...before.empty, ...after.empty]), row: 'latest' };
}

function isEnabled(row: TagRow, world: RowWorld): boolean {
  const { text } = fillIn(row.enable, world, 'tags', row.text);
  if (text === 'true' || text === 'false') return text === 'true';
  throw rowError(
    'tags',
    row.text,
    `Invalid value for enable attribute: ${text}`,
    'Write enable=true, enable=false or an expression that gives one of them.',
  );
}

function affix(
  row: TagRow,
  text: string,
  world: RowWorld,
): { readonly text: string; readonly empty: readonly string[] } {
  return fillIn(text, world, 'tags', row.text);
}

/**
 * A tag that is valid though a variable is empty is what docker/metadata-action makes, and workflows have it;
 * with variables it does not have there is nothing to keep.
 */
function judgeEmpty(
  tag: Tag,
  row: TagRow,
  empty: readonly string[],
  world: RowWorld,
  rule: EmptyVariables,
): void {
  const [name] = empty.filter((variable) => rule === 'refuse' || OWN_VARIABLES.has(variable));
  if (name !== undefined) {
    throw rowError(
      'tags',
      row.text,
      `It makes ${JSON.stringify(tag)} with {{${name}}}, which is empty in this event`,
      `Write the part in {{#if ${name}}}…{{/if}}, or give the row an enable= that is false then.`,
    );
  }
  for (const variable of new Set(empty)) {
    world.tell({
      level: 'notice',
      message: `{{${variable}}} is empty in the tag ${JSON.stringify(tag)}.`,
      row: row.text,
    });
  }
}

/** The first row that makes a tag decides; with `highest` only a version above all others is latest. */
function wantsLatest(
  row: TagRow,
  value: RowValue,
  world: RowWorld,
  listed: ListedTags | undefined,
  affixes: Affixes,
): boolean | undefined {
  const { latest } = world.flavor;
  if (latest !== 'highest') return latest === 'auto' ? value.latest : latest === 'true';
  const { release } = value;
  if (release === undefined) {
    if (!value.latest) return undefined;
    world.tell({
      level: 'warning',
      message: `latest=highest makes no latest of ${quote(value.text)}, which is no version that could be compared.`,
      row: row.text,
    });
    return false;
  }
  if (!value.latest || isPrerelease(release)) return false;
  const higher = higherRelease(release, demandListed(listed), affixes, 0);
  if (higher === undefined) return true;
  world.tell({
    level: 'notice',
    message: `latest stays where it is: ${higher} exists, which is above ${formatRelease(release)}.`,
    row: row.text,
  });
  return false;
}

/** With `latest=highest` a tag such as `1.2` is only made for the highest version of its line. */
function staysBehind(
  tag: Tag,
  row: TagRow,
  { release, line }: RowValue,
  world: RowWorld,
  listed: ListedTags | undefined,
  affixes: Affixes,
): boolean {
  if (world.flavor.latest !== 'highest' || line === 0 || release === undefined) return false;
  const higher = higherRelease(release, demandListed(listed), affixes, line);
  if (higher === undefined) return false;
  world.tell({
    level: 'notice',
    message: `${tag} stays where it is: ${higher} exists, which is above ${formatRelease(release)}.`,
    row: row.text,
  });
  return true;
}

function demandListed(listed: ListedTags | undefined): ListedTags {
  if (listed !== undefined) return listed;
  throw new SuiteError('INTERNAL', 'latest=highest is decided before the existing tags are listed.');
}
