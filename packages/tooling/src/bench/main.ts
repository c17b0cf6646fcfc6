import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatBytes } from '@artifact-lifecycle/core/action';
import { seed } from '@artifact-lifecycle/testing';
import { BENCH_HELP, type BenchOptions, parseBenchArguments } from './arguments.ts';
import { benchCleanup } from './cleanup/bench.ts';
import { benchClients } from './clients/bench.ts';
import { AT_A_TIME, type Contestant, findContestants, findProgram, type Image } from './contestant.ts';
import { makeBenchImage } from './generated-image.ts';
import { type Measurement, medianOf } from './measurement.ts';
import { startRealRegistry } from './real-registry.ts';
import { formatReport } from './report.ts';
import { benchSbom } from './sbom/bench.ts';
import { type Arena, runScenarios, SCENARIOS, type Scenario } from './scenario.ts';
import { benchSigning } from './sign-attest/bench.ts';
import { seedSmallImages } from './small-images.ts';
import { benchStartUp } from './start-up.ts';
import { benchVulnerabilities } from './vulnerabilities/bench.ts';
import { exitOnSignals, openWorkplace } from './workplace.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

type Round = ReadonlyMap<Scenario, Measurement>;

/** Measures every client, and gives the tables; progress goes to standard error. */
async function bench(options: BenchOptions): Promise<string> {
  const registryProgram = findProgram('registry');
  if (registryProgram === undefined) {
    throw new Error(
      'no distribution v3: put its program "registry" where ARTIFACT_LIFECYCLE_TOOLS says, or in the path',
    );
  }
  const { present, absent } = await findContestants();
  const contestants = present.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const workplace = await openWorkplace('bench');
  try {
    const source = await startRealRegistry(
      'distribution',
      registryProgram,
      join(workplace.directory, 'source'),
    );
    workplace.onClose(() => source.stop());
    const image: Image = { host: source.host, repository: 'dev/api', tag: '1.0.0' };
    const content = await makeBenchImage(options.size, workplace.directory);
    await seed(`http://${source.host}`, image.repository, content, { tags: [image.tag] });
    const smallImages = await seedSmallImages(source.host, options.images);
    const arena: Arena = { directory: workplace.directory, registryProgram, source, image, smallImages };
    const rounds = await runRounds(arena, contestants, options.runs);
    const rows = contestants.map((contestant) => ({
      contestant,
      medians: mediansOf(rounds.map((round) => round.get(contestant) ?? new Map())),
    }));
    return [
      `${formatBytes(options.size)} in two platforms, between distribution v3 registries on disk. Medians of ${options.runs}`,
      `runs after one that does not count, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}.`,
      `Small images: ${options.images}, in one run of promote and a run for each of the others, ${AT_A_TIME} at a time; their`,
      'CPU time is that of all runs, their memory that of the largest. Read: bodies that the registries gave out.',
      '',
      formatReport(rows),
      '',
      ...contestants.map(({ name, command }) => `- ${name}: \`${command}\``),
      ...absent.map((name) => `- ${name}: absent, not measured`),
    ].join('\n');
  } finally {
    await workplace.close();
  }
}

/** Runs round by round, not client by client: what else the machine does falls on all of them. */
async function runRounds(
  arena: Arena,
  contestants: readonly Contestant[],
  runs: number,
): Promise<readonly ReadonlyMap<Contestant, Round>[]> {
  const rounds: ReadonlyMap<Contestant, Round>[] = [];
  for (let number = 0; number <= runs; number++) {
    const round = new Map<Contestant, Round>();
    for (const contestant of contestants) {
      const measured = await runScenarios(arena, contestant, number);
      round.set(contestant, measured);
      const seconds = [...measured.values()].map(({ seconds: taken }) => `${taken.toFixed(2)} s`);
      const title = number === 0 ? 'warm-up' : `${number} of ${runs}`;
      process.stderr.write(`${title.padEnd(8)} ${contestant.name.padEnd(8)} ${seconds.join('  ')}\n`);
    }
    if (number > 0) rounds.push(round);
  }
  return rounds;
}

function mediansOf(rounds: readonly Round[]): Round {
  const run = SCENARIOS.filter((scenario) => rounds.some((round) => round.has(scenario)));
  return new Map(
    run.map((scenario) => [scenario, medianOf(rounds.flatMap((round) => round.get(scenario) ?? []))]),
  );
}

exitOnSignals();
try {
  const [name, ...rest] = process.argv.slice(2);
  if (name === 'tag') console.log(await benchStartUp(ROOT, rest));
  else if (name === 'sbom') console.log(await benchSbom(ROOT, rest));
  else if (name === 'cleanup') console.log(await benchCleanup(rest));
  else if (name === 'clients') console.log(await benchClients(ROOT, rest));
  else if (name === 'sign-attest') console.log(await benchSigning(ROOT, rest));
  else if (name === 'vulnerabilities') console.log(await benchVulnerabilities(ROOT, rest));
  else {
    const options = parseBenchArguments(process.argv.slice(2));
    console.log(options === undefined ? BENCH_HELP : await bench(options));
  }
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
