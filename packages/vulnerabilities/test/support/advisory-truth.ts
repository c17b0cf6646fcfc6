import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { parse as parseYaml } from 'yaml';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];

/** A `describe` over real advisories; skipped, and saying so, where there are none. */
export function describeAdvisories(title: string, body: (directory: string) => void): void {
  const directory = join(DATA ?? '', 'advisories');
  if (DATA !== undefined && DATA !== '' && existsSync(directory)) describe(title, () => body(directory));
  else describe.skip(`${title} (skipped: ARTIFACT_LIFECYCLE_DATA does not hold them)`, () => body(directory));
}

/** Every file with this ending below a folder, in the order of names; none where the folder is missing. */
export function filesBelow(directory: string, ending: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** A record as OSV has it, from JSON, PyPA's YAML or RustSec's Markdown. */
export function readRecord(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.json')) return JSON.parse(text);
  if (path.endsWith('.yaml')) return parseYaml(text);
  return readRustSec(text);
}

/** An interval of versions of crates: from a version on, up to and without another one. */
interface Interval {
  readonly from: string;
  readonly to: string | undefined;
}

/** RustSec says what is safe; OSV says what is affected: the rest. */
function readRustSec(text: string): unknown {
  const header = /```toml\n([\s\S]*?)\n```/.exec(text)?.[1] ?? '';
  const textOf = (key: string): string => new RegExp(`^${key} = "([^"]*)"`, 'm').exec(header)?.[1] ?? '';
  const events: object[] = [];
  let open: string | undefined = '0';
  const safe = safeRequirements(header).flatMap(intervalOf);
  for (const { from, to } of safe.sort((a, b) => compareSemver(a.from, b.from))) {
    if (open !== undefined && compareSemver(open, from) < 0) {
      events.push({ introduced: open === '0.0.0-0' ? '0' : open }, { fixed: from });
      open = to;
    } else if (open !== undefined && (to === undefined || compareSemver(open, to) < 0)) open = to;
  }
  if (open !== undefined) events.push({ introduced: open });
  return {
    id: textOf('id'),
    modified: '2026-01-01T00:00:00Z',
    withdrawn: /^withdrawn = "([^"]*)"/m.exec(header)?.[1],
    affected: [
      {
        package: { ecosystem: 'crates.io', name: textOf('package') },
        ranges: [{ type: 'SEMVER', events }],
        database_specific: { safe: safeRequirements(header) },
      },
    ],
  };
}

/** All of `patched` and `unaffected`: `>= 1.18.4, < 1.19.0`. */
export function safeRequirements(header: string): readonly string[] {
  return ['patched', 'unaffected'].flatMap((key) => {
    const list = new RegExp(`^${key} = \\[([^\\]]*)\\]`, 'm').exec(header)?.[1] ?? '';
    return [...list.matchAll(/"([^"]*)"/g)].map(([, requirement = '']) => requirement);
  });
}

function intervalOf(requirement: string): readonly Interval[] {
  let from = '0.0.0-0';
  let to: string | undefined;
  for (const part of requirement.split(',')) {
    const [, operator = '', text = ''] = /^\s*(>=|<=|<|>|=|\^)?\s*(\S+)\s*$/.exec(part) ?? [];
    const version = pad(text);
    const next = `${bump(version, 2)}-0`;
    if (operator === '>=') from = version;
    else if (operator === '>') from = next;
    else if (operator === '<') to = version;
    else if (operator === '<=') to = next;
    else if (operator === '=') [from, to] = [version, next];
    else [from, to] = [version, caretEnd(version)];
  }
  return to !== undefined && compareSemver(from, to) >= 0 ? [] : [{ from, to }];
}

function pad(version: string): string {
  const [, numbers = '', rest = ''] = /^([\d.]+)(.*)$/.exec(version) ?? [];
  return [...numbers.split('.'), '0', '0'].slice(0, 3).join('.') + rest;
}

function bump(version: string, place: number): string {
  const numbers = (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
  return numbers.map((number, at) => (at < place ? number : at === place ? number + 1 : 0)).join('.');
}

/** Before `1.0` the first number that is not zero is the one that breaks (Cargo, "Caret requirements"). */
function caretEnd(version: string): string {
  const place = version.split('.').findIndex((number) => !/^0(?!\d)/.test(number));
  return `${bump(version, place < 0 ? 2 : Math.min(place, 2))}-0`;
}

/** SemVer 2.0.0, §11, told once more to judge by. */
export function compareSemver(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => {
    const [, numbers = '', prerelease] = /^v?([\d.]+)(?:-([^+]*))?/.exec(text) ?? [];
    return { numbers: numbers.split('.').map(BigInt), prerelease };
  });
  for (let at = 0; at < 4; at++) {
    const [x = 0n, y = 0n] = [left?.numbers[at], right?.numbers[at]];
    if (x !== y) return x < y ? -1 : 1;
  }
  if (left?.prerelease === undefined || right?.prerelease === undefined)
    return Number(left?.prerelease === undefined) - Number(right?.prerelease === undefined);
  const [xs, ys] = [left.prerelease.split('.'), right.prerelease.split('.')];
  for (let at = 0; at < Math.max(xs.length, ys.length); at++) {
    const [x, y] = [xs[at], ys[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const [isX, isY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isX && isY && BigInt(x) !== BigInt(y)) return BigInt(x) < BigInt(y) ? -1 : 1;
    if (isX !== isY) return isX ? -1 : 1;
    if (x !== y && !isX) return x < y ? -1 : 1;
  }
  return 0;
}

/** Whether a version of a crate is one of those that a requirement means. */
export function satisfies(version: string, requirement: string): boolean {
  return intervalOf(requirement).some(
    ({ from, to }) =>
      compareSemver(from, version) <= 0 && (to === undefined || compareSemver(version, to) < 0),
  );
}
