import { fileURLToPath } from 'node:url';
import { completeInputs, readCommandLine } from '../action/command-line.ts';
import { readMetadata } from '../action/metadata.ts';
import { runFromTerminal } from '../action/run.ts';
import { exitOnSignals } from '../bench/workplace.ts';
import { playDemo } from './demo.ts';
import { openScreen } from './screen.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

const HELP = `Shows what the suite does.

  npm start
      Builds an image of two platforms from what is on this machine, pushes it to a registry "dev", promotes it to
      a registry "prod" as GitHub's runner would, and cleans up what went no further. Both run on loopback and are
      gone afterwards.

  npm start -- --source IMAGE --destination REPOSITORY [--tags TAG …]
      Promotes between registries of your own, with the credentials docker has for them. Every input of the
      action is a flag: npm run action -- promote --help lists them.`;

/** Gives the exit code. */
async function start(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    exitOnSignals();
    return (await playDemo(ROOT, openScreen({ output: process.stdout, env: process.env }))) ? 0 : 1;
  }
  const promote = readMetadata(ROOT, 'promote');
  const line = readCommandLine(args, promote);
  switch (line.kind) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'wrong':
      console.error(line.message);
      return 1;
    case 'run':
      return runFromTerminal(promote, completeInputs(line.inputs, promote, process.env), {
        env: process.env,
        // npm starts scripts in the repository; a person's paths start where they typed the command.
        workspace: process.env['INIT_CWD'] ?? process.cwd(),
        print: (text) => process.stdout.write(text),
        columns: process.stdout.isTTY ? process.stdout.columns : undefined,
      });
  }
}

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  console.error(`start: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
