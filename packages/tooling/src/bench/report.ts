import type { Contestant } from './contestant.ts';
import { BASELINE } from './contestant.ts';
import type { Measurement } from './measurement.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';

/** Medians of one client, by scenario. */
export interface Row {
  readonly contestant: Contestant;
  readonly medians: ReadonlyMap<Scenario, Measurement>;
}

/** Writes a Markdown table for every scenario, each client's wall time compared with the baseline's. */
export function formatReport(rows: readonly Row[]): string {
  const baseline = rows.find(({ contestant }) => contestant.name === BASELINE);
  const run = SCENARIOS.filter((scenario) => rows.some(({ medians }) => medians.has(scenario)));
  return run
    .map((scenario) => {
      const base = baseline?.medians.get(scenario)?.seconds;
      const lines = rows.map(({ contestant, medians }) => {
        const { seconds = Number.NaN, cpuSeconds, memory, requests = 0, bytes } = medians.get(scenario) ?? {};
        return [
          `${contestant.name} ${contestant.version}`,
          `${seconds.toFixed(2)} s`,
          base === undefined ? '–' : `${(seconds / base).toFixed(2)}`,
          cpuSeconds === undefined ? '–' : `${cpuSeconds.toFixed(2)} s`,
          memory === undefined ? '–' : `${(memory / 2 ** 20).toFixed(0)} MiB`,
          String(requests),
          bytes === undefined ? '–' : `${(bytes / 1e6).toFixed(1)} MB`,
        ];
      });
      const head = [scenario, 'wall', `÷ ${BASELINE}`, 'CPU', 'peak RSS', 'requests', 'read'];
      return formatTable([head, ...lines]);
    })
    .join('\n\n');
}

/** Aligns rows: the first column to the left, figures to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}
