import { fileURLToPath } from 'node:url';
import { nearest } from '@artifact-lifecycle/core/action';
import { completeInputs, readCommandLine } from './command-line.ts';
import { renderHelp } from './help.ts';
import { listActions, readMetadata } from './metadata.ts';
import { runFromTerminal } from './run.ts';

// npm run action -- <name> --<input> <value>: runs an action's bundle with its inputs as flags.
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const [name, ...args] = process.argv.slice(2);
process.exitCode = await run(name);

async function run(action: string | undefined): Promise<number> {
  const known = listActions(root);
  if (action === undefined || action === '--help' || action === '-h') {
    console.log(
      `npm run action -- <name> [--input value …]\n\nActions: ${known.join(', ')}. <name> --help lists its inputs.`,
    );
    return action === undefined ? 1 : 0;
  }
  if (!known.includes(action)) {
    const meant = nearest(action, known);
    console.error(
      `There is no action "${action}". ${meant ? `Did you mean "${meant}"?` : `There are: ${known.join(', ')}.`}`,
    );
    return 1;
  }
  const metadata = readMetadata(root, action);
  const line = readCommandLine(args, metadata);
  switch (line.kind) {
    case 'help':
      console.log(renderHelp(metadata, process.stdout.columns ?? 100));
      return 0;
    case 'wrong':
      console.error(line.message);
      return 1;
    case 'run':
      return runFromTerminal(metadata, completeInputs(line.inputs, metadata, process.env), {
        env: process.env,
        // npm starts scripts in the repository; a person's paths start where they typed the command.
        workspace: process.env['INIT_CWD'] ?? process.cwd(),
        print: (text) => process.stdout.write(text),
        columns: process.stdout.isTTY ? process.stdout.columns : undefined,
      });
  }
}
