import { describeCriterion, type Scenario, type Verdict } from '@artifact-lifecycle/testing';

/** One client's verdicts, by the scenario's number. */
export interface Score {
  readonly name: string;
  readonly version: string;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** The end of a log that is shown; what a client says last is why it ended. */
const SHOWN_LOG = 600;

/** The scoreboard as a table: scenario by client, with the sums below. */
export function formatScoreboard(scenarios: readonly Scenario[], scores: readonly Score[]): string {
  const header = ['case', 'a client passes that …', ...scores.map(({ name }) => name)];
  const rows = scenarios.map((scenario) => [
    scenario.id,
    escapeCell(scenario.name),
    ...scores.map(({ verdicts }) => markOf(verdicts.get(scenario.id))),
  ]);
  const sums = scores.map(({ verdicts }) => {
    const counted = [...verdicts.values()].filter(({ result }) => result !== 'n/a');
    return `**${counted.filter(({ result }) => result === 'pass').length} of ${counted.length}**`;
  });
  const lines = [header, header.map(() => '---'), ...rows, ['', '**passed**', ...sums]];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What each scenario demands, and where it comes from. */
export function formatScenarios(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map((scenario) =>
    [scenario.id, scenario.name, describeCriterion(scenario), scenario.source].map(escapeCell),
  );
  const lines = [
    ['case', 'a client passes that …', 'criterion', 'seen at, or demanded by'],
    ['---', '---', '---', '---'],
    ...rows,
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Why each failure is one. */
export function formatReasons(scenarios: readonly Scenario[], scores: readonly Score[]): string {
  const parts = scenarios.flatMap((scenario) =>
    scores.flatMap(({ name, verdicts }) => {
      const verdict = verdicts.get(scenario.id);
      if (verdict?.result !== 'fail') return [];
      const log = verdict.log.trim().slice(-SHOWN_LOG).replaceAll('\n', '\n    ');
      return [
        `${scenario.id} ${name} (${describeCriterion(scenario)}):`,
        ...verdict.why.map((reason) => `  - ${reason}`),
        ...(log === '' ? [] : [`    ${log}`]),
      ];
    }),
  );
  return parts.join('\n');
}

function markOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return '';
  return { pass: 'pass', fail: '**fail**', 'n/a': 'n/a' }[verdict.result];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
