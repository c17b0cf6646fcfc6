import type { Measurement } from '../measurement.ts';
import { formatTable } from '../report.ts';
import { COSIGN, OURS, type SigningContestant } from './contestants.ts';

/** A situation that is measured, and how much of cosign's wall time it may take (issue 6, line 7). */
export interface SigningScenario {
  readonly name: string;
  readonly most: number;
}

/** Medians of one contestant, by the name of the scenario. */
export interface SigningRow {
  readonly contestant: SigningContestant;
  readonly medians: ReadonlyMap<string, Measurement>;
}

const MIB = 2 ** 20;

/** Writes a table for every scenario, and whether its goal is reached. */
export function reportSigning(scenarios: readonly SigningScenario[], rows: readonly SigningRow[]): string {
  return scenarios
    .map(({ name, most }) => {
      const wallOf = (who: string): number | undefined =>
        rows.find(({ contestant }) => contestant.name === who)?.medians.get(name)?.seconds;
      const [ours, theirs] = [wallOf(OURS), wallOf(COSIGN)];
      const lines = rows.map(({ contestant, medians }) => {
        const { seconds = Number.NaN, cpuSeconds, memory, requests = 0 } = medians.get(name) ?? {};
        return [
          `${contestant.name} ${contestant.version}`,
          `${seconds.toFixed(2)} s`,
          theirs === undefined ? '–' : (seconds / theirs).toFixed(2),
          cpuSeconds === undefined ? '–' : `${cpuSeconds.toFixed(2)} s`,
          memory === undefined ? '–' : `${(memory / MIB).toFixed(0)} MiB`,
          String(requests),
        ];
      });
      const table = formatTable([[name, 'wall', '÷ cosign', 'CPU', 'peak RSS', 'requests'], ...lines]);
      if (ours === undefined || theirs === undefined) return table;
      const ratio = ours / theirs;
      const verdict = ratio <= most ? 'Reached.' : 'Not reached.';
      return `${table}\n\nGoal: at most ${most} of cosign's wall: ${ratio.toFixed(2)}. ${verdict}`;
    })
    .join('\n\n');
}
