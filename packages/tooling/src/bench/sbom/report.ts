import type { Measurement } from '../measurement.ts';
import { formatTable } from '../report.ts';
import type { Comparison } from './comparison.ts';
import { BARE, type Describer, OURS, SYFT } from './contestants.ts';
import type { ListedPackage } from './listed-package.ts';

/** Medians of one contestant, and how many packages it listed. */
export interface DescriberRow {
  readonly describer: Describer;
  readonly median: Measurement;
  readonly packages: number | undefined;
}

/** Issue 5, line 8: at most half of Syft's time (a third is the aim), and 1.5 times what cannot be saved. */
const MOST_OF_SYFT = 1 / 2;
const AIM_OF_SYFT = 1 / 3;
const MOST_OF_BARE = 1.5;
const MIB = 2 ** 20;

/** Writes the table of times, and whether the goals are reached. */
export function reportTimes(rows: readonly DescriberRow[], mostMemory: number): string {
  const secondsOf = (name: string): number | undefined =>
    rows.find(({ describer }) => describer.name === name)?.median.seconds;
  const [ours, syft, bare] = [secondsOf(OURS), secondsOf(SYFT), secondsOf(BARE)];
  const over = (seconds: number, base: number | undefined): string =>
    base === undefined ? '–' : (seconds / base).toFixed(2);
  const table = formatTable([
    ['', 'wall', '÷ syft', '÷ bare', 'CPU', 'peak RSS', 'packages'],
    ...rows.map(({ describer, median: { seconds, cpuSeconds, memory }, packages }) => [
      `${describer.name} ${describer.version}`,
      `${seconds.toFixed(2)} s`,
      over(seconds, syft),
      over(seconds, bare),
      cpuSeconds === undefined ? '–' : `${cpuSeconds.toFixed(2)} s`,
      memory === undefined ? '–' : `${(memory / MIB).toFixed(0)} MiB`,
      packages === undefined ? '–' : String(packages),
    ]),
  ]);
  const memory = rows.find(({ describer }) => describer.name === OURS)?.median.memory;
  const judge = (what: string, is: number | undefined, most: number): readonly string[] =>
    is === undefined ? [] : [`- ${what}: ${is.toFixed(2)}. ${is <= most ? 'Reached.' : 'Not reached.'}`];
  const ratio = (base: number | undefined): number | undefined =>
    ours === undefined || base === undefined ? undefined : ours / base;
  return [
    table,
    '',
    ...judge("at most 1/2 of Syft's time", ratio(syft), MOST_OF_SYFT),
    ...judge("the aim, 1/3 of Syft's time", ratio(syft), AIM_OF_SYFT),
    ...judge('at most 1.5 times the bare reading', ratio(bare), MOST_OF_BARE),
    ...judge(
      `at most ${mostMemory} MB of memory`,
      memory === undefined ? undefined : memory / 1e6,
      mostMemory,
    ),
  ].join('\n');
}

/** Enough to see what kind of packages they are. */
const SHOWN = 40;

/** Writes what Syft found and we did not, and the other way round. */
export function reportComparison({ types, missing, explained, onlyOurs }: Comparison): string {
  const show = (packages: readonly ListedPackage[]): readonly string[] => [
    ...packages.slice(0, SHOWN).map(formatPackage),
    ...(packages.length > SHOWN ? [`  … and ${packages.length - SHOWN} more`] : []),
  ];
  return [
    formatTable([
      ['type', 'syft', 'sbom', 'both'],
      ...types.map(({ type, theirs, ours, both }) => [type, `${theirs}`, `${ours}`, `${both}`]),
    ]),
    '',
    `Found by Syft, not by us, without a reason: ${missing.length}`,
    ...show(missing),
    ...explained.flatMap(({ reason, packages }) => [
      `Found by Syft, not by us: ${packages.length}. ${reason}`,
      ...show(packages),
    ]),
    `Found by us only: ${onlyOurs.length}`,
    ...show(onlyOurs),
  ].join('\n');
}

function formatPackage({ type, name, version, locations }: ListedPackage): string {
  const [first = 'nowhere', ...others] = locations;
  const place = others.length === 0 ? first : `${first} and ${others.length} more`;
  return `  ${type} ${name} ${version === '' ? 'without version' : version} (${place})`;
}
