import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const action = new URL('../../src/action/index.ts', import.meta.url).href;

/** A whole action in a process of its own, as the runner starts it; its main is the given code. */
function start(main: string, env: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'runner-test-'));
  const files = { GITHUB_OUTPUT: join(directory, 'output'), GITHUB_STEP_SUMMARY: join(directory, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const code = `
    import { COMMON_INPUTS, COMMON_OUTPUTS, runAction } from ${JSON.stringify(action)};
    const spec = { name: 'demo', title: 'Demo', description: 'd', branding: { icon: 'box', color: 'blue' },
      inputs: COMMON_INPUTS, outputs: { digest: { kind: 'string', description: 'd' }, ...COMMON_OUTPUTS } };
    await runAction(spec, async (inputs, context) => { ${main} });`;
  const child: ChildProcess = spawn(
    process.execPath,
    ['--no-warnings', '--conditions=source', '--input-type=module', '--eval', code],
    {
      env: { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], ...files, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const stdout = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  const end = async () => ({
    exitCode: await ended,
    stdout: await stdout,
    output: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  });
  return { child, end };
}

describe("GitHub's runner", () => {
  it('gets outputs, masks and summary in its files and commands', async () => {
    const { end } = start(
      `context.summary.heading('Done'); context.log.info('::notice::not a command'); return { digest: 'a\\nb' };`,
      { 'INPUT_GITHUB-TOKEN': 'ghs_secret' },
    );
    const { exitCode, stdout, output, summary } = await end();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('::add-mask::ghs_secret\n');
    expect(stdout).not.toMatch(/^::notice/m);
    expect(output).toMatch(
      /^digest<<(ghadelimiter_\S+)\na\nb\n\1\njson<<(ghadelimiter_\S+)\n{"digest":"a\\nb"}\n\2\n$/,
    );
    expect(summary).toBe('### Done\n');
  });

  it('gets an escaped annotation and exit code 1 when main fails', async () => {
    const { end } = start(`throw new TypeError('100% wrong');`);
    const { exitCode, stdout, output } = await end();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^::error title=demo%3A INTERNAL::Demo failed .*100%25 wrong.*%0A/m);
    expect(output).toMatch(/error-code<<\S+\nINTERNAL\n/);
  });

  it('is told of a promise that nobody waited for', async () => {
    const { end } = start(
      `Promise.reject(new RangeError('lost')); await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(new Error('stopped'))));`,
    );
    const { exitCode, stdout } = await end();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('RangeError: lost');
  });

  // Windows has no signals that a process can catch.
  (process.platform === 'win32' ? it.skip : it)('is obeyed on SIGTERM, after the cleanup', async () => {
    const { child, end } = start(
      `context.log.info('ready');
       const timer = setInterval(() => {}, 1000);
       await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
       clearInterval(timer); context.log.info('cleaned'); throw context.signal.reason;`,
    );
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const { exitCode, stdout, output } = await end();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /ready\ncleaned\n::error title=demo%3A CANCELLED::The run was cancelled by SIGTERM/,
    );
    expect(output).toMatch(/error-code<<\S+\nCANCELLED\n/);
  });

  it('does not wait for what holds the process open', async () => {
    const { end } = start(`setInterval(() => {}, 1000); return {};`);
    await expect(end()).resolves.toMatchObject({ exitCode: 0 });
  });
});
