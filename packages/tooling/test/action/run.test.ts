import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { ActionMetadata } from '../../src/action/metadata.ts';
import { runFromTerminal } from '../../src/action/run.ts';

const main = fileURLToPath(new URL('../../src/action/main.ts', import.meta.url));

async function run(code: string, inputs: Readonly<Record<string, string>> = {}, columns?: number) {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'run-test-')));
  const bundle = join(workspace, 'index.mjs');
  writeFileSync(bundle, code);
  const action: ActionMetadata = { name: 'demo', description: '', inputs: [], main: bundle };
  let printed = '';
  const exitCode = await runFromTerminal(action, inputs, {
    env: { PATH: process.env['PATH'], HOME: '/home/me', INPUT_STALE: 'x' },
    workspace,
    print: (text) => {
      printed += text;
    },
    columns,
  });
  return { exitCode, printed: stripVTControlCharacters(printed), workspace };
}

describe('an action from a terminal', () => {
  it('gets its inputs and the own environment, and shows log, summary and outputs', async () => {
    const { exitCode, printed, workspace } = await run(
      `import { appendFileSync } from 'node:fs';
       console.log('::add-mask::hunter2');
       console.log(process.cwd(), process.env.HOME, process.env['INPUT_DRY-RUN'], process.env.INPUT_STALE);
       console.log('::error title=demo::wrong');
       appendFileSync(process.env.GITHUB_OUTPUT, 'tags<<E\\na\\nb hunter2\\nE\\n');
       appendFileSync(process.env.GITHUB_STEP_SUMMARY, '### Done\\n');
       process.exitCode = 1;`,
      { 'INPUT_DRY-RUN': 'true' },
    );
    expect(exitCode).toBe(1);
    expect(printed).toContain(`${workspace} /home/me true undefined\nerror demo\nwrong\n`);
    expect(printed).toMatch(/── summary ─+\nDone\n/);
    expect(printed).toMatch(/── outputs ─+\ntags = \n {4}a\n {4}b \*\*\*\n$/);
    expect(printed).not.toContain('hunter2');
  });

  it.each([
    ['of a terminal', 80, 'true'],
    ['of a narrow terminal', 79, 'undefined'],
    ['of none', undefined, 'undefined'],
  ])('knows whether it may draw a bar: %s', async (_, columns, expected) => {
    const { printed } = await run('console.log(process.env.ARTIFACT_LIFECYCLE_TERMINAL)', {}, columns);
    expect(printed).toBe(`${expected}\n`);
  });

  it('is told to be bundled where there is no bundle', async () => {
    const action: ActionMetadata = { name: 'demo', description: '', inputs: [], main: '/none/index.js' };
    const terminal = { env: {}, workspace: '/', print: () => undefined, columns: undefined };
    await expect(runFromTerminal(action, {}, terminal)).rejects.toThrow('npm run bundle');
  });
});

describe('npm run action', () => {
  const node = [process.execPath, '--no-warnings', '--conditions=source', main] as const;

  it('lists the inputs of an action', () => {
    const [file, ...args] = node;
    const printed = execFileSync(file, [...args, 'promote', '--help'], { encoding: 'utf8' });
    expect(printed).toContain('--mode <value>  (default: promote)');
    expect(printed).toContain('--dry-run  (default: false)');
  });

  it.each([
    ['no action', [], 'Actions: ', 1],
    ['a misspelt action', ['promte'], 'Did you mean "promote"?', 1],
    ['a misspelt flag', ['promote', '--sourse', 'a'], 'Did you mean --source?', 1],
    ['help', ['--help'], 'promote', 0],
  ])('answers %s', (_, words, message, status) => {
    const [file, ...args] = node;
    const result = spawnSync(file, [...args, ...words], { encoding: 'utf8' });
    expect(result.stdout + result.stderr).toContain(message);
    expect(result.status).toBe(status);
  });
});
