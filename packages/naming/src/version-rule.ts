import { gitTagOf } from './git-context.ts';
import { guardedMatch } from './guarded-match.ts';
import { formatRelease, isPrerelease, numbersOf, type Release, readRelease } from './release.ts';
import { quote } from './row-error.ts';
import { fillIn, type RowValue, type RowWorld } from './row-world.ts';
import type { TagRow } from './tag-row.ts';
import { namesIn, parseTemplate } from './template.ts';

type VersionRow = Extract<TagRow, { type: 'semver' | 'pep440' }>;

/** Where a rule looks for its text: `value`, or the git tag without what it must start with. */
export function sourceOf(
  row: TagRow & { readonly value?: string },
  world: RowWorld,
): { readonly text: string; readonly empty: readonly string[] } | undefined {
  const { value = '' } = row;
  const rendered = value === '' ? undefined : fillIn(value, world, 'tags', row.text);
  const text = rendered?.text ?? gitTagOf(world.context.ref);
  const prefix = row.tagPrefix ?? world.flavor.tagPrefix;
  // A tag of another component of the repository is nothing of ours, which is no reason to warn.
  if (text === undefined || !text.startsWith(prefix)) return undefined;
  return { text: text.slice(prefix.length), empty: rendered?.empty ?? [] };
}

/** The input `version`, for a row that looks for the git tag where the event has none of ours. */
function givenTo({ value }: VersionRow, { version }: RowWorld): ReturnType<typeof sourceOf> {
  return value !== '' || version === undefined ? undefined : { text: version, empty: [] };
}

/**
 * The rules `semver` and `pep440`: a version by a pattern. A prerelease is always written whole, so that `1.2`
 * never names one.
 */
export function applyVersionRule(row: VersionRow, world: RowWorld): RowValue | undefined {
  const source = sourceOf(row, world) ?? givenTo(row, world);
  if (source === undefined) return undefined;
  const text = matched(source.text, row, world).replaceAll('/', '-');
  const release = readRelease(text, row.type);
  if (release === undefined) {
    world.tell({ level: 'warning', message: refusal(text, row.type), row: row.text });
    return undefined;
  }
  const whole = isPrerelease(release) || (release.scheme === 'pep440' && release.version.post !== undefined);
  const isRaw = /^\{\{[{&~]?\s*raw\s*[}~]?\}\}$/.test(row.pattern);
  const pattern = whole && !isRaw ? '{{version}}' : row.pattern;
  const rendered = fillIn(pattern, world, 'tags', row.text, variablesOf(release, text));
  return {
    text: rendered.text,
    empty: [...source.empty, ...rendered.empty.filter((name) => name !== 'prerelease' && name !== 'build')],
    latest: !whole,
    release,
    line: lineOf(pattern, row.text),
  };
}

/** What a pattern without whole versions shows: only for these it matters that a higher version exists. */
function lineOf(pattern: string, row: string): 0 | 1 | 2 {
  const names = namesIn(parseTemplate(pattern, `input "tags", row ${quote(row)}`));
  if (['version', 'raw', 'patch'].some((name) => names.has(name))) return 0;
  if (names.has('minor')) return 2;
  return names.has('major') ? 1 : 0;
}

function variablesOf(release: Release, raw: string): ReadonlyMap<string, string> {
  const [major, minor, patch] = numbersOf(release);
  const shared: [string, string][] = [
    ['raw', raw],
    ['version', tagForm(release)],
    ['major', String(major)],
    ['minor', String(minor)],
    ['patch', String(patch)],
  ];
  if (release.scheme === 'pep440') return new Map(shared);
  const { prerelease, build } = release.version;
  return new Map([...shared, ['prerelease', prerelease.join('.')], ['build', build.join('.')]]);
}

/** docker/metadata-action separates the parts of a local version by commas, which become hyphens. */
function tagForm(release: Release): string {
  const text = formatRelease(release);
  const plus = text.indexOf('+');
  if (release.scheme === 'semver' || plus === -1) return text;
  return `${text.slice(0, plus)}-${release.version.local.join('-')}`;
}

/** A pattern that does not match leaves the whole text, with a warning; a group that is missing leaves nothing. */
function matched(text: string, row: VersionRow, world: RowWorld): string {
  if (row.match === '') return text;
  const groups = guardedMatch(text, row.match, '', row.text);
  if (groups !== undefined) return groups[1] ?? groups[0] ?? text;
  world.tell({ level: 'warning', message: `${row.match} does not match ${text}.`, row: row.text });
  return text;
}

function refusal(text: string, type: VersionRow['type']): string {
  return type === 'semver'
    ? `${text} is not a valid semver. More info: https://semver.org/`
    : `${text} does not conform to PEP 440. More info: https://www.python.org/dev/peps/pep-0440`;
}
