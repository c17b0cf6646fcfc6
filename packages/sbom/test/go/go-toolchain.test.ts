import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasGo, PROGRAM, printedLines, readLines, runGo } from '../support/go-version.ts';

/** The standard library may have to be compiled first. */
const PATIENCE = 120_000;

(hasGo() ? describe : describe.skip)('a program that Go built (skipped where there is no go)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'go-binary-'));
    for (const [name, text] of Object.entries(PROGRAM)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'stripped, with a version: the same as go version -m',
    () => {
      const file = join(folder, 'app');
      const flags = ['-buildvcs=false', '-ldflags=-s -w -X main.version=v4.5.6'];
      runGo(['build', ...flags, '-o', file, '.'], { cwd: folder });
      const expected = printedLines(file);
      expect(expected.map(([word]) => word)).toEqual(
        expect.arrayContaining(['path', 'mod', 'dep', '=>', 'build']),
      );
      expect(readLines(readFileSync(file))).toEqual(expected);
    },
    PATIENCE,
  );

  it('go itself, which contains the magic bytes it looks for, is built by the version it says', () => {
    const file = join(runGo(['env', 'GOROOT']).trim(), 'bin', process.platform === 'win32' ? 'go.exe' : 'go');
    expect(readLines(readFileSync(file))).toEqual(printedLines(file));
    expect(printedLines(file)[0]).toEqual([runGo(['env', 'GOVERSION']).trim()]);
  });
});
