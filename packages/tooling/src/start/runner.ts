import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ended, gather, type ProgramResult } from '../bench/process.ts';
import { readFileCommand } from './file-command.ts';

/** A step as a workflow writes it, and where it runs. */
export interface Step {
  /** The bundle: `dist/<action>/index.js`. */
  readonly main: string;
  /** `with:`; an input that is not here is not set. */
  readonly inputs: Readonly<Record<string, string>>;
  /** A directory of this job's own: the workspace, the runner's temporary files and the home lie in it. */
  readonly directory: string;
  /** `env:` of the step, over what the runner sets. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The Node that runs it; default: the one that runs this. */
  readonly node?: string | undefined;
  /** Words put before the Node, of a program that watches it. */
  readonly under?: readonly string[] | undefined;
  /** Gets each piece of the log as it comes. */
  readonly onLog?: ((text: string) => void) | undefined;
}

/** What a step left when it ended. */
export interface StepResult extends Pick<ProgramResult, 'exitCode' | 'signal'> {
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
  /** Standard output and error as they came, workflow commands included. */
  readonly log: string;
  readonly milliseconds: number;
}

/** A step under way. */
export interface RunningStep {
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<StepResult>;
}

/** The files through which a step talks to the runner, by the variable that names each. */
const FILE_COMMANDS = [
  'GITHUB_OUTPUT',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_ENV',
  'GITHUB_STATE',
  'GITHUB_PATH',
] as const;

/**
 * Starts a step exactly as GitHub's runner does: `node dist/<action>/index.js` in the workspace, inputs as
 * `INPUT_*`, the command files, the context, and nothing of this process's environment but the path.
 */
export async function startStep(step: Step): Promise<RunningStep> {
  const place = async (name: string): Promise<string> => {
    await mkdir(join(step.directory, name), { recursive: true });
    return join(step.directory, name);
  };
  const workspace = await place('workspace');
  const home = await place('home');
  const temp = await place('temp');
  const commands = await mkdtemp(join(temp, 'step-'));
  const files = new Map(FILE_COMMANDS.map((name) => [name, join(commands, name.toLowerCase())]));
  for (const file of files.values()) await writeFile(file, '');

  const started = performance.now();
  const node = step.node ?? process.execPath;
  const [program = node, ...args] = [...(step.under ?? []), node, step.main];
  const child = spawn(program, args, {
    cwd: workspace,
    env: {
      ...systemEnvironment(home),
      ...runnerContext(workspace, temp),
      ...Object.fromEntries(files),
      ...inputVariables(step.inputs),
      ...step.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A process that leaves early takes its step with it.
  const killOnExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killOnExit);
  let log = '';
  const onText = (text: string): void => {
    log += text;
    step.onLog?.(text);
  };
  gather(child.stdout, onText);
  gather(child.stderr, onText);
  const finish = async (): Promise<StepResult> => {
    const end = await ended(child).finally(() => process.off('exit', killOnExit));
    const milliseconds = performance.now() - started;
    const file = (name: (typeof FILE_COMMANDS)[number]): string => files.get(name) ?? '';
    const result = {
      ...end,
      outputs: await readFileCommand(file('GITHUB_OUTPUT')),
      summary: await readFile(file('GITHUB_STEP_SUMMARY'), 'utf8'),
      log,
      milliseconds,
    };
    await rm(commands, { recursive: true });
    return result;
  };
  return { kill: (signal) => child.kill(signal), finished: finish() };
}

/** Runs a step to its end. */
export async function runStep(step: Step): Promise<StepResult> {
  return (await startStep(step)).finished;
}

/** `with:` as the runner hands it over: upper case, blanks to underscores, hyphens kept. */
function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}

/** What any process needs of its system, and a home in which no credentials of the person here lie. */
function systemEnvironment(home: string): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), HOME: home, USERPROFILE: home };
}

function runnerContext(workspace: string, temp: string): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__run',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: 'promote',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'acme/api',
    GITHUB_REPOSITORY_OWNER: 'acme',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKFLOW: 'promote',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: 'artifact-lifecycle',
    RUNNER_OS: process.platform === 'darwin' ? 'macOS' : process.platform === 'win32' ? 'Windows' : 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(temp, 'tools'),
  };
}
