import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { formatElapsed } from '@artifact-lifecycle/core/action';
import { openWorkplace } from '../bench/workplace.ts';
import { startStep } from './runner.ts';
import type { Screen } from './screen.ts';
import { readLogLine } from './workflow-command.ts';

/** What a step needs of this person's environment to reach their registries, and nothing else of it. */
const KEPT_VARIABLES = [
  'DOCKER_CONFIG',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'https_proxy',
  'http_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
];

/**
 * Promotes between registries of one's own with `dist/promote`, and shows its log as the runner would.
 *
 * @returns whether it was promoted
 */
export async function promoteOwn(
  root: string,
  screen: Screen,
  inputs: Readonly<Record<string, string>>,
): Promise<boolean> {
  const workplace = await openWorkplace('start');
  try {
    screen.title(`${inputs['source']} → ${inputs['destination']?.replaceAll('\n', ', ')}`);
    const log = new PassThrough();
    const reader = createInterface({ input: log }).on('line', (line) => show(screen, line));
    const closed = new Promise((resolve) => reader.once('close', resolve));
    const running = await startStep({
      main: join(root, 'dist', 'promote', 'index.js'),
      inputs,
      directory: workplace.directory,
      // npm runs its scripts at the root; a path is meant from where the person stands.
      workspace: process.env['INIT_CWD'] ?? process.cwd(),
      env: ownEnvironment(),
      onLog: (text) => log.write(text),
    });
    // The step cancels its uploads when it is told to end, and is waited for.
    const cancel = (): void => running.kill('SIGTERM');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, cancel);
    const result = await running.finished;
    log.end();
    await closed;
    for (const reference of (result.outputs.get('references') ?? '').split('\n')) {
      if (reference !== '') screen.good(reference);
    }
    screen.detail(formatElapsed(result.milliseconds));
    return result.exitCode === 0;
  } finally {
    await workplace.close();
  }
}

function show(screen: Screen, line: string): void {
  const read = readLogLine(line);
  switch (read.kind) {
    case 'text':
      screen.detail(read.text);
      break;
    case 'group':
      screen.section(read.title);
      break;
    case 'annotation':
      (read.level === 'error' ? screen.bad : screen.fact)(
        `${read.title}\n     ${read.text.replaceAll('\n', '\n     ')}`,
      );
      break;
    case 'hidden':
  }
}

function ownEnvironment(): Record<string, string> {
  const kept = KEPT_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const home = homedir();
  return { HOME: home, USERPROFILE: home, ...Object.fromEntries(kept) };
}
