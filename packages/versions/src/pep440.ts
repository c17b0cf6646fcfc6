import { compareDigits, withoutZeros } from './digits.ts';
import { MAX_VERSION_LENGTH, notValid, type VersionReading } from './version.ts';

/** The phases before a release, in their order. */
export type Pep440Phase = 'a' | 'b' | 'rc';

/**
 * A version of a Python package, in its parts (PEP 440; packaging.python.org, "Version specifiers"). Numbers are
 * digits without zeros before them, since Python's have no greatest one.
 */
export interface Pep440Version {
  readonly epoch: string;
  /** `1.2.0` is ['1', '2', '0']. */
  readonly release: readonly string[];
  readonly pre: { readonly phase: Pep440Phase; readonly number: string } | undefined;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  /** The parts behind the plus, lower case; those of digits only are numbers. */
  readonly local: readonly string[];
}

/** PEP 440, appendix B, in pieces that begin with different characters, so that nothing is tried twice. */
const VERSION = new RegExp(
  [
    '^v?',
    '(?:(?<epoch>\\d+)!)?',
    '(?<release>\\d+(?:\\.\\d+)*)',
    '(?:[-_.]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre>\\d*))?',
    '(?:-(?<implicit>\\d+)|(?<postword>[-_.]?(?:post|rev|r))[-_.]?(?<post>\\d*))?',
    '(?<devword>[-_.]?dev[-_.]?(?<dev>\\d*))?',
    '(?:\\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$',
  ].join(''),
  'i',
);

const PHASES: ReadonlyMap<string, Pep440Phase> = new Map([
  ['a', 'a'],
  ['alpha', 'a'],
  ['b', 'b'],
  ['beta', 'b'],
  ['c', 'rc'],
  ['rc', 'rc'],
  ['pre', 'rc'],
  ['preview', 'rc'],
]);

/** Reads a version's parts, or gives `undefined` where the text is none. */
export function parsePep440(text: string): Pep440Version | undefined {
  const trimmed = text.trim();
  const groups = trimmed.length > MAX_VERSION_LENGTH ? undefined : VERSION.exec(trimmed)?.groups;
  if (groups === undefined) return undefined;
  const phase = PHASES.get(groups['phase']?.toLowerCase() ?? '');
  const post = groups['implicit'] ?? (groups['postword'] === undefined ? undefined : groups['post']);
  return {
    epoch: numberOf(groups['epoch']),
    release: (groups['release'] ?? '').split('.').map(withoutZeros),
    pre: phase === undefined ? undefined : { phase, number: numberOf(groups['pre']) },
    post: post === undefined ? undefined : numberOf(post),
    dev: groups['devword'] === undefined ? undefined : numberOf(groups['dev']),
    local: (groups['local']?.toLowerCase().split(/[-_.]/) ?? []).map((part) =>
      isNumber(part) ? withoutZeros(part) : part,
    ),
  };
}

/** A number that is not written is zero: `1.0rc` is `1.0rc0`. */
function numberOf(digits: string | undefined): string {
  return digits === undefined || digits === '' ? '0' : withoutZeros(digits);
}

function isNumber(part: string): boolean {
  return /^\d+$/.test(part);
}

/** Writes a version in its normal form (PEP 440, "Normalization"): `v1.0-RC.1` is `1.0rc1`. */
export function formatPep440(version: Pep440Version): string {
  const { epoch, release, pre, post, dev, local } = version;
  return [
    epoch === '0' ? '' : `${epoch}!`,
    release.join('.'),
    pre === undefined ? '' : `${pre.phase}${pre.number}`,
    post === undefined ? '' : `.post${post}`,
    dev === undefined ? '' : `.dev${dev}`,
    local.length === 0 ? '' : `+${local.join('.')}`,
  ].join('');
}

/** Whether installers pass a version over unless asked: it has a phase before the release, or is of development. */
export function isPep440Prerelease({ pre, dev }: Pep440Version): boolean {
  return pre !== undefined || dev !== undefined;
}

/** Compares two versions: negative where `a` comes first (PEP 440, "Summary of permitted suffixes"). */
export function comparePep440(a: Pep440Version, b: Pep440Version): number {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareReleases(a.release, b.release) ||
    phaseOrder(a) - phaseOrder(b) ||
    compareDigits(a.pre?.number ?? '0', b.pre?.number ?? '0') ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocals(a.local, b.local)
  );
}

/** Reads a version as pip does. */
export function readPep440(text: string): VersionReading {
  const version = parsePep440(text);
  if (version === undefined) return notValid('is not PEP 440: N.N[{a|b|rc}N][.postN][.devN][+LOCAL]');
  return { valid: true, normalized: formatPep440(version), prerelease: isPep440Prerelease(version) };
}

const PHASE_ORDER: Readonly<Record<Pep440Phase, number>> = { a: 1, b: 2, rc: 3 };

/** A release under development comes before its first phase; without a phase it stands behind all of them. */
function phaseOrder({ pre, post, dev }: Pep440Version): number {
  if (pre !== undefined) return PHASE_ORDER[pre.phase];
  return post === undefined && dev !== undefined ? 0 : 4;
}

function compareReleases(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareDigits(a[i] ?? '0', b[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** What is not there comes before every number, or with 1 behind it. */
function compareOptional(a: string | undefined, b: string | undefined, missing: -1 | 1): number {
  if (a === undefined) return b === undefined ? 0 : missing;
  return b === undefined ? -missing : compareDigits(a, b);
}

/** Words come before numbers, and where one list ends, it comes first. */
function compareLocals(a: readonly string[], b: readonly string[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    if (left === right) continue;
    if (isNumber(left) !== isNumber(right)) return isNumber(left) ? 1 : -1;
    return isNumber(left) ? compareDigits(left, right) : left < right ? -1 : 1;
  }
  return a.length - b.length;
}
