import { shortSha } from './expression-scope.ts';
import { branchOf, pullOf } from './git-context.ts';
import { guardedMatch } from './guarded-match.ts';
import { type Release, readRelease } from './release.ts';
import { fillIn, plainValue, type RowValue, type RowWorld } from './row-world.ts';
import type { TagRow } from './tag-row.ts';
import { applyVersionRule, sourceOf } from './version-rule.ts';

/**
 * What a row makes of the event, or `undefined` where it makes nothing of it.
 *
 * @throws SuiteError `INPUT_INVALID`, naming the row
 */
export function applyRule(row: TagRow, world: RowWorld): RowValue | undefined {
  const { context } = world;
  switch (row.type) {
    case 'schedule': {
      if (!context.eventName.includes('schedule')) return undefined;
      const { text, empty } = fillIn(row.pattern, world, 'tags', row.text);
      return plainValue(text, false, empty);
    }
    case 'semver':
    case 'pep440':
      return applyVersionRule(row, world);
    case 'match':
      return applyMatch(row, world);
    case 'edge': {
      const branch = branchOf(context.ref);
      const wanted = row.branch === '' ? context.repository.defaultBranch : row.branch;
      return branch !== undefined && branch === wanted ? plainValue('edge', false) : undefined;
    }
    case 'ref':
      return applyRef(row, world);
    case 'raw': {
      const { text, empty } = fillIn(row.value, world, 'tags', row.text);
      return plainValue(text, false, empty);
    }
    case 'sha': {
      if (context.sha === '') return undefined;
      const { shortShaLength } = world.facts;
      return plainValue(row.format === 'long' ? context.sha : shortSha(context.sha, shortShaLength), false);
    }
  }
}

function applyRef(row: Extract<TagRow, { type: 'ref' }>, world: RowWorld): RowValue | undefined {
  const { ref } = world.context;
  if (row.event === 'tag') {
    const source = sourceOf(row, world);
    return source === undefined
      ? undefined
      : { ...plainValue(source.text, true), release: guessRelease(source.text) };
  }
  const text = row.event === 'branch' ? branchOf(ref) : pullOf(ref);
  return text === undefined ? undefined : plainValue(text, false);
}

function applyMatch(row: Extract<TagRow, { type: 'match' }>, world: RowWorld): RowValue | undefined {
  const source = sourceOf(row, world);
  if (source === undefined) return undefined;
  const [, expression = row.pattern, flags = ''] = /^\/(.+)\/(.*)$/s.exec(row.pattern) ?? [];
  const groups = guardedMatch(source.text, expression, flags, row.text);
  if (groups === undefined) {
    world.tell({ level: 'warning', message: `${row.pattern} does not match ${source.text}.`, row: row.text });
    return undefined;
  }
  const text = row.group === '' ? undefined : groups[Number(row.group)];
  if (text === undefined) {
    world.tell({
      level: 'warning',
      message: `Group ${row.group} does not exist for ${row.pattern} pattern.`,
      row: row.text,
    });
    return undefined;
  }
  return { ...plainValue(text, true, source.empty), release: guessRelease(text) };
}

/** Rules that do not say what a text is may still have met a version. */
function guessRelease(text: string): Release | undefined {
  return readRelease(text, 'semver') ?? readRelease(text, 'pep440');
}
