import { fileURLToPath } from 'node:url';
import { exitOnSignals } from '../bench/workplace.ts';
import { parseStartArguments, START_HELP } from './arguments.ts';
import { playDemo } from './demo.ts';
import { promoteOwn } from './own.ts';
import { openScreen } from './screen.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

async function start(args: readonly string[]): Promise<boolean> {
  const options = parseStartArguments(args);
  const screen = openScreen({ output: process.stdout, env: process.env });
  switch (options.mode) {
    case 'help':
      console.log(START_HELP);
      return true;
    case 'demo':
      exitOnSignals();
      return playDemo(ROOT, screen);
    case 'own':
      return promoteOwn(ROOT, screen, options.inputs);
  }
}

try {
  process.exitCode = (await start(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(`start: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
