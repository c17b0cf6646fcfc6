import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { ended, gather } from '../bench/process.ts';
import { readFileCommand } from '../start/file-command.ts';
import { createLogView } from './log-view.ts';
import type { ActionMetadata } from './metadata.ts';
import { renderSummary } from './summary-view.ts';

const COMMAND_FILES = [
  'GITHUB_OUTPUT',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_ENV',
  'GITHUB_STATE',
  'GITHUB_PATH',
] as const;

/** A value longer than this is cut on the terminal; the files the action wrote hold all of it. */
const MAX_SHOWN_LENGTH = 2000;

/** A bar is drawn for a terminal of this width; on a narrower one there are lines instead. */
const BAR_COLUMNS = 80;

/** Where an action runs, and what it prints to. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of inputs start here. */
  readonly workspace: string;
  readonly print: (text: string) => void;
  /** Columns where a person looks on, `undefined` where the output goes elsewhere. */
  readonly columns: number | undefined;
}

/** Runs an action's bundle with the person's own environment, and shows its log, outputs and summary. */
export async function runFromTerminal(
  action: ActionMetadata,
  inputs: Readonly<Record<string, string>>,
  terminal: Terminal,
): Promise<number> {
  if (!existsSync(action.main)) throw new Error(`${action.main} is missing: run npm run bundle.`);
  const { env, workspace, print } = terminal;
  const directory = await mkdtemp(join(tmpdir(), 'action-'));
  const files = new Map(COMMAND_FILES.map((name) => [name, join(directory, name.toLowerCase())]));
  for (const file of files.values()) await writeFile(file, '');
  const view = createLogView(print, { debug: env['RUNNER_DEBUG'] === '1' });
  try {
    const child = spawn(process.execPath, [action.main], {
      cwd: workspace,
      env: {
        ...withoutInputs(env),
        GITHUB_WORKSPACE: workspace,
        ...((terminal.columns ?? 0) >= BAR_COLUMNS && { ARTIFACT_LIFECYCLE_TERMINAL: 'true' }),
        ...Object.fromEntries(files),
        ...inputs,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    gather(child.stdout, (text) => view.write(text));
    const release = forwardSignals((signal) => child.kill(signal));
    const { exitCode } = await ended(child).finally(release);
    view.end();
    const outputs = await readFileCommand(files.get('GITHUB_OUTPUT') ?? '');
    const summary = await readFile(files.get('GITHUB_STEP_SUMMARY') ?? '', 'utf8');
    print(view.hide(renderResult(outputs, summary)));
    return exitCode ?? 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function renderResult(outputs: ReadonlyMap<string, string>, summary: string): string {
  const parts: string[] = [];
  if (summary !== '') parts.push(`\n${rule('summary')}\n${renderSummary(summary)}\n`);
  if (outputs.size > 0) {
    const lines = [...outputs].map(([name, value]) => `${styleText('cyan', name)} = ${showValue(value)}\n`);
    parts.push(`\n${rule('outputs')}\n${lines.join('')}`);
  }
  return parts.join('');
}

function showValue(value: string): string {
  const cut = value.length > MAX_SHOWN_LENGTH ? `${value.slice(0, MAX_SHOWN_LENGTH)}…` : value;
  return cut.includes('\n') ? `\n    ${cut.replaceAll('\n', '\n    ')}` : cut;
}

function rule(title: string): string {
  return styleText('gray', `── ${title} ${'─'.repeat(40 - title.length)}`);
}

/** Inputs are what the flags say, and nothing that happens to be in the environment. */
function withoutInputs(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_')));
}

/** A terminal sends Ctrl-C to the action itself; this process has to stay until the action has cleaned up. */
function forwardSignals(kill: (signal: NodeJS.Signals) => void): () => void {
  const stay = (): void => undefined;
  const forward = (): void => kill('SIGTERM');
  process.on('SIGINT', stay);
  process.on('SIGTERM', forward);
  return () => {
    process.off('SIGINT', stay);
    process.off('SIGTERM', forward);
  };
}
