import type { Affected, AffectedRange, RangeEvent } from '../advisory/advisory.ts';
import type { EcosystemPackage } from '../advisory/ecosystem-package.ts';
import { compareVersions, readVersion } from '../order/compare-versions.ts';
import type { VersionOrder } from '../order/version-order.ts';

/** What a record says of a version: `undecided` where it, or the record's, cannot be put in order. */
export type Verdict = 'affected' | 'unaffected' | 'undecided';

/** What decides about a version: the package it is of. */
export type VersionToJudge = Pick<EcosystemPackage, 'version' | 'order' | 'hasUnknownEpoch'>;

/** How the version stands to one of a record's: negative where it comes before; `undefined` where nobody can say. */
type Position = (version: string) => number | undefined;

/** Orders that are SemVer's, with more that only their ecosystems know. */
const SEMVER_ORDERS: ReadonlySet<VersionOrder> = new Set(['go', 'pub']);

/**
 * Says whether a version is affected, by OSV's own algorithm (OSV schema, "Evaluation"): it is enumerated, or a range
 * includes it. Ranges of commits decide nothing about packages.
 *
 * An entry without any version and without a range of versions leaves it undecided; osv-scanner passes over such
 * entries, which would be a silent no.
 */
export function isAffected({ ranges, versions }: Affected, judged: VersionToJudge): Verdict {
  if (versions.includes(judged.version)) return 'affected';
  const deciding = ranges.filter(({ type }) => type !== 'GIT');
  if (deciding.length === 0 && versions.length === 0) return 'undecided';
  const verdicts = deciding.map((range) => isInRange(range, judged));
  if (verdicts.includes('affected')) return 'affected';
  // `1.0` of PyPI is enumerated as `1.0.0`: the order knows.
  const position = positionOf(judged.order, judged);
  const places = versions.map(position);
  if (places.includes(0)) return 'affected';
  const isUnknown = deciding.length === 0 && places.every((place) => place === undefined);
  return isUnknown || verdicts.includes('undecided') ? 'undecided' : 'unaffected';
}

/** The smallest version above this one that a range with this one in it names as fixed; `undefined` without one. */
export function fixedVersion({ ranges }: Affected, judged: VersionToJudge): string | undefined {
  return ranges
    .filter((range) => isInRange(range, judged) === 'affected')
    .flatMap(({ events, type }) => {
      const position = positionOf(orderOf(type, judged.order), judged);
      return events.filter(({ kind, version }) => kind === 'fixed' && (position(version) ?? 0) < 0);
    })
    .map(({ version }) => version)
    .sort((a, b) => compareVersions(judged.order, a, b) ?? 0)[0];
}

function isInRange({ type, events }: AffectedRange, judged: VersionToJudge): Verdict {
  if (type === 'GIT') return 'unaffected';
  if (type === 'UNKNOWN') return 'undecided';
  const order = orderOf(type, judged.order);
  const position = positionOf(order, judged);
  const placed = events.map((event) => ({ event, at: placeOf(event, position) }));
  if (placed.some(({ at }) => at === undefined)) return 'undecided';
  const limits = placed.filter(({ event }) => event.kind === 'limit');
  // "BeforeLimits" of the algorithm: below any of them suffices.
  if (limits.length > 0 && !limits.some(({ at = 0 }) => at < 0)) return 'unaffected';
  const passed = placed.filter(({ event: { kind }, at = 0 }) =>
    kind === 'last_affected' ? at > 0 : kind !== 'limit' && at >= 0,
  );
  return isOpenBehind(
    passed.map(({ event }) => event),
    (a, b) => compareVersions(order, versionOf(a, judged), versionOf(b, judged)) ?? 0,
  )
    ? 'affected'
    : 'unaffected';
}

/** Where the version stands to an event: "0" is before everything, and "*" behind it. */
function placeOf({ kind, version }: RangeEvent, position: Position): number | undefined {
  if (isBeginning({ kind, version })) return 1;
  return kind === 'limit' && version === '*' ? -1 : position(version);
}

function isBeginning({ kind, version }: RangeEvent): boolean {
  return kind === 'introduced' && version === '0';
}

/**
 * Walks the events that a version has passed in their order, and says whether the last of them leaves it affected.
 *
 * The algorithm does not say which of two events at one version comes first. Together they change nothing here: what
 * was affected before stays so, `[0, 1)` and `[1, 2)` being `[0, 2)`; what was not does not become so, `[1, 1)` being
 * empty. So the order in which they are written does not matter.
 */
function isOpenBehind(passed: readonly RangeEvent[], compare: (a: string, b: string) => number): boolean {
  const between = (a: RangeEvent, b: RangeEvent): number =>
    isBeginning(a) || isBeginning(b)
      ? Number(isBeginning(b)) - Number(isBeginning(a))
      : compare(a.version, b.version);
  let isOpen = false;
  let together: RangeEvent[] = [];
  const take = (): void => {
    const opens = together.some(({ kind }) => kind === 'introduced');
    const closes = together.some(({ kind }) => kind !== 'introduced');
    if (opens !== closes) isOpen = opens;
    together = [];
  };
  for (const event of [...passed].sort(between)) {
    const [first] = together;
    if (first !== undefined && between(first, event) !== 0) take();
    together.push(event);
  }
  take();
  return isOpen;
}

function orderOf(type: AffectedRange['type'], order: VersionOrder): VersionOrder {
  return type === 'SEMVER' && !SEMVER_ORDERS.has(order) ? 'semver' : order;
}

function positionOf(order: VersionOrder, judged: VersionToJudge): Position {
  const compare = readVersion(order, judged.version);
  return (version) => compare?.(versionOf(version, judged));
}

/** A version of a record in the form in which the judged one is: without epoch where that is not known. */
function versionOf(version: string, { hasUnknownEpoch }: VersionToJudge): string {
  return hasUnknownEpoch ? version.replace(/^\d+:/, '') : version;
}
