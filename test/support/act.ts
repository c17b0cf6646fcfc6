import { delimiter, dirname, join } from 'node:path';
import { type ProgramResult, runProgram } from '../../packages/tooling/src/bench/process.ts';
import { ROOT } from './runner.ts';

/** How a workflow is run by `act`. */
export interface ActRun {
  /** The program. */
  readonly act: string;
  readonly workflow: string;
  /** An empty directory for what it keeps. */
  readonly home: string;
  /** The checkout that it runs in; this repository when absent. */
  readonly directory?: string;
  /** Further arguments. */
  readonly more?: readonly string[];
}

/** Runs a workflow on `push` on this machine, without containers. */
export function runAct({ act, workflow, home, directory = ROOT, more = [] }: ActRun): Promise<ProgramResult> {
  return runProgram(
    act,
    [
      ...['push', '-W', workflow, ...more, '-P', 'ubuntu-latest=-self-hosted'],
      ...['--no-cache-server', '--pull=false'],
    ],
    {
      cwd: directory,
      timeout: 120_000,
      env: {
        // act runs the node that comes first: this one, as the runner brings its own.
        PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        HOME: home,
        XDG_CACHE_HOME: join(home, 'cache'),
        XDG_CONFIG_HOME: join(home, 'config'),
        // Jobs run on this machine: act must find no docker.
        DOCKER_HOST: `unix://${join(home, 'no-docker.sock')}`,
      },
    },
  );
}
