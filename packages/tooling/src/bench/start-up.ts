import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toAscii } from '../bundle/bundle.ts';
import { runStep } from '../start/runner.ts';
import { runChecked } from './process.ts';
import { openWorkplace } from './workplace.ts';

/** Issue 4: start to finish, without network, against an action that only imports the toolkit. */
const GOAL = 1.15;

/** Written beside a bundle, and loaded before it: Node tells of its own CPU time more finely than its parent can. */
const METER = `import { writeFileSync } from 'node:fs';
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(process.env.BENCH_CPU_FILE, String((user + system) / 1000));
});
`;

/** A push as GitHub tells it: the repository is whole, so that nothing has to be asked. */
const EVENT = {
  ref: 'refs/heads/main',
  base_ref: null,
  repository: {
    name: 'api',
    full_name: 'acme/api',
    description: 'The API',
    html_url: 'https://github.com/acme/api',
    default_branch: 'main',
    license: { spdx_id: 'Apache-2.0' },
  },
};

interface Runner {
  readonly name: string;
  readonly main: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly milliseconds: number[];
}

/** Measures the CPU time of `tag` from start to finish, and gives a table with the ratio. */
export async function benchStartUp(root: string, args: readonly string[]): Promise<string> {
  const { values } = parseArgs({ args: [...args], options: { runs: { type: 'string', default: '31' } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 1000)
    throw new Error(`--runs ${values.runs}: write 1 to 1000`);
  const workplace = await openWorkplace('bench-tag');
  try {
    const meter = join(workplace.directory, 'meter.mjs');
    await writeFile(meter, METER);
    const event = join(workplace.directory, 'event.json');
    await writeFile(event, JSON.stringify(EVENT));
    const empty: Runner = {
      name: 'empty action',
      main: await bundleEmpty(root, await workplace.place('empty')),
      inputs: {},
      milliseconds: [],
    };
    const tag: Runner = {
      name: 'tag',
      main: join(root, 'dist', 'tag', 'index.js'),
      inputs: { images: 'ghcr.io/acme/api' },
      milliseconds: [],
    };
    for (let number = 0; number <= runs; number++) {
      for (const runner of [empty, tag]) {
        const spent = await measure(runner, await workplace.place('job'), meter, event);
        if (number > 0) runner.milliseconds.push(spent);
      }
    }
    return report(empty, tag, runs);
  } finally {
    await workplace.close();
  }
}

async function measure(runner: Runner, directory: string, meter: string, event: string): Promise<number> {
  const file = join(directory, 'cpu');
  const { exitCode, log } = await runStep({
    main: runner.main,
    inputs: runner.inputs,
    directory,
    env: { BENCH_CPU_FILE: file, GITHUB_EVENT_PATH: event, NODE_OPTIONS: `--import=file://${meter}` },
  });
  if (exitCode !== 0) throw new Error(`${runner.name} failed:\n${log}`);
  return Number(await readFile(file, 'utf8'));
}

/** Bundled as the actions are. */
async function bundleEmpty(root: string, target: string): Promise<string> {
  const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');
  const entry = join('packages', 'tooling', 'lib', 'bench', 'empty-action.js');
  await mkdir(target, { recursive: true });
  await runChecked(
    process.execPath,
    [ncc, 'build', entry, '-o', target, '--target', 'es2022', '--no-cache', '--quiet'],
    {
      cwd: root,
    },
  );
  const code = join(target, 'index.js');
  await writeFile(code, toAscii(await readFile(code, 'utf8')));
  await writeFile(join(target, 'package.json'), '{ "type": "module" }\n');
  return join(target, 'index.js');
}

function report(empty: Runner, tag: Runner, runs: number): string {
  const [base, ours] = [median(empty.milliseconds), median(tag.milliseconds)];
  const ratio = ours / base;
  return [
    `CPU time from start to finish without network, medians of ${runs} runs after one that does not count,`,
    `on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}.`,
    '',
    '| action       |      CPU | ÷ empty |',
    '|--------------|---------:|--------:|',
    `| empty action | ${base.toFixed(1).padStart(5)} ms |    1.00 |`,
    `| tag          | ${ours.toFixed(1).padStart(5)} ms | ${ratio.toFixed(2).padStart(7)} |`,
    '',
    `Goal: at most ${GOAL}. ${ratio <= GOAL ? 'Reached.' : 'Not reached.'}`,
  ].join('\n');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
