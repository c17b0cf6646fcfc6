import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PROGRAM, printedLines, readLines, runGo } from '../../packages/sbom/test/support/go-version.ts';
import { describeWithTools } from '../support/tools.ts';

/** The standard library is compiled once for each platform. */
const PATIENCE = 300_000;

describeWithTools('Go binaries, compared with go version -m', ['crane', 'regctl', 'oras'], (tools) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'go-binaries-'));
    for (const [name, text] of Object.entries(PROGRAM)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(Object.entries(tools))('%s', async (_, file) => {
    const expected = printedLines(file);
    expect(expected.filter(([word]) => word === 'dep').length).toBeGreaterThan(5);
    expect(readLines(await readFile(file))).toEqual(expected);
  });

  it.each(['linux/s390x', 'linux/386', 'linux/mipsle', 'windows/amd64', 'windows/386', 'darwin/arm64'])(
    'built for %s',
    async (platform) => {
      const file = join(folder, platform.replace('/', '-'));
      runGo(['build', '-buildvcs=false', '-o', file, '.'], { cwd: folder, platform });
      expect(readLines(await readFile(file))).toEqual(printedLines(file));
    },
    PATIENCE,
  );
});
