import { MAX_VERSION_LENGTH, notValid, type VersionReading } from './version.ts';

/** The phases before a release, in their order. */
export type Pep440Phase = 'a' | 'b' | 'rc';

/** A version of a Python package, in its parts (PEP 440; packaging.python.org, "Version specifiers"). */
export interface Pep440Version {
  readonly epoch: number;
  /** `1.2.0` is [1, 2, 0]. */
  readonly release: readonly number[];
  readonly pre: { readonly phase: Pep440Phase; readonly number: number } | undefined;
  readonly post: number | undefined;
  readonly dev: number | undefined;
  /** The parts behind the plus, lower case: numbers where they are digits. */
  readonly local: readonly (string | number)[];
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
    epoch: Number(groups['epoch'] ?? 0),
    release: (groups['release'] ?? '').split('.').map(Number),
    pre: phase === undefined ? undefined : { phase, number: Number(groups['pre'] ?? 0) },
    post: post === undefined ? undefined : Number(post),
    dev: groups['devword'] === undefined ? undefined : Number(groups['dev']),
    local: (groups['local']?.toLowerCase().split(/[-_.]/) ?? []).map((part) =>
      /^\d+$/.test(part) ? Number(part) : part,
    ),
  };
}

/** Writes a version in its normal form (PEP 440, "Normalization"): `v1.0-RC.1` is `1.0rc1`. */
export function formatPep440(version: Pep440Version): string {
  const { epoch, release, pre, post, dev, local } = version;
  return [
    epoch === 0 ? '' : `${epoch}!`,
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
    a.epoch - b.epoch ||
    compareLists(a.release, b.release, () => 0) ||
    compareLists(suffixOrder(a), suffixOrder(b), () => 0) ||
    compareLists(a.local, b.local, () => Number.NEGATIVE_INFINITY)
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
function suffixOrder({ pre, post, dev }: Pep440Version): readonly number[] {
  const onlyDev = pre === undefined && post === undefined && dev !== undefined;
  const phase = pre === undefined ? (onlyDev ? 0 : 4) : PHASE_ORDER[pre.phase];
  return [phase, pre?.number ?? 0, post ?? -1, dev ?? Number.POSITIVE_INFINITY];
}

/** Words come before numbers; what is missing counts as `missing` says. */
function compareLists(
  a: readonly (string | number)[],
  b: readonly (string | number)[],
  missing: () => number,
): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i] ?? missing();
    const right = b[i] ?? missing();
    if (left === right) continue;
    if (typeof left === typeof right) return left < right ? -1 : 1;
    // A missing part is -∞, which also comes before a word.
    if (left === Number.NEGATIVE_INFINITY || right === Number.NEGATIVE_INFINITY) {
      return left === Number.NEGATIVE_INFINITY ? -1 : 1;
    }
    return typeof left === 'string' ? -1 : 1;
  }
  return 0;
}
