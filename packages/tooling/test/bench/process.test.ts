import { describe, expect, it } from '@jest/globals';
import { parseBenchArguments } from '../../src/bench/arguments.ts';
import { runChecked, runProgram } from '../../src/bench/process.ts';
import { startServer } from '../../src/bench/server.ts';

const node = (script: string): readonly [string, readonly string[]] => [process.execPath, ['-e', script]];

describe('running a program', () => {
  it('gives its exit code and both of its outputs', async () => {
    const result = await runProgram(...node('console.log("out"); console.error("err"); process.exit(3)'));
    expect(result).toEqual({ exitCode: 3, signal: undefined, stdout: 'out\n', stderr: 'err\n' });
  });

  it('kills what hangs', async () => {
    const result = await runProgram(...node('setInterval(() => {}, 1000)'), { timeout: 300 });
    expect(result).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' });
  });

  it('says what failed and what it printed', async () => {
    await expect(runChecked(...node('console.error("no such image"); process.exit(1)'))).rejects.toThrow(
      'no such image',
    );
  });

  it('says that a program does not exist', async () => {
    await expect(runProgram('no-such-program-anywhere', [])).rejects.toThrow('no-such-program-anywhere');
  });
});

describe('starting a server', () => {
  const LISTENING = /listening on (\d+)/;

  it('reads its port from its log, waits for a line, and ends it', async () => {
    const [file, args] = node(`
      const server = require('node:http').createServer((request, answer) => { console.log(request.url); answer.end(); });
      server.listen(0, '127.0.0.1', () => console.log('listening on ' + server.address().port));`);
    const server = await startServer({ file, args, listening: LISTENING });
    await (await fetch(`http://127.0.0.1:${server.port}/hello`)).arrayBuffer();
    await server.printed('/hello');
    await server.stop();
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
    await expect(server.printed('/never')).rejects.toThrow('ended before it printed /never');
  });

  it('says what a server printed that ended at once', async () => {
    const [file, args] = node('console.error("port taken"); process.exit(1)');
    await expect(startServer({ file, args, listening: LISTENING })).rejects.toThrow('port taken');
  });
});

describe('reads the command line of npm run bench', () => {
  it.each([
    ['defaults', [], { size: 632_000_000, images: 500, runs: 5, only: [] }],
    [
      'a benchmark by name, a size, runs and clients',
      ['promote', '--size', '64MiB', '--images', '20', '--runs=1', '--only=crane, oras'],
      { size: 2 ** 26, images: 20, runs: 1, only: ['crane', 'oras'] },
    ],
    ['bytes', ['--size', '1000'], { size: 1000, images: 500, runs: 5, only: [] }],
    ['help', ['-h'], undefined],
  ])('%s', (_name, args, options) => {
    expect(parseBenchArguments(args)).toEqual(options);
  });

  it.each([
    ['no size', ['--size', 'large']],
    ['no number of images', ['--images', 'many']],
    ['no runs', ['--runs', '0']],
    ['another benchmark', ['cleanup']],
  ])('refuses %s', (_name, args) => {
    expect(() => parseBenchArguments(args)).toThrow();
  });
});
