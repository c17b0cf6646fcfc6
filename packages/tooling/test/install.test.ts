import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('../install.mjs', import.meta.url));

/** A clone in which npm is a script that notes how it was called, and ends with the exit code. */
function run(exitCode: number, files: readonly string[] = [], hasNpm = true) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'install-test-')));
  mkdirSync(join(root, 'packages', 'tooling'), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  copyFileSync(script, join(root, 'packages', 'tooling', 'install.mjs'));
  for (const file of files) writeFileSync(join(root, file), '');
  const npm = join(root, 'npm.cjs');
  writeFileSync(
    npm,
    `require('fs').writeFileSync('called', process.argv.slice(2).join(' ')); process.exitCode = ${exitCode};`,
  );
  const { PATH, SystemRoot } = process.env;
  const result = spawnSync(process.execPath, [join(root, 'packages', 'tooling', 'install.mjs')], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH, SystemRoot, ...(hasNpm && { npm_execpath: npm }) },
  });
  const called = join(root, 'called');
  return { ...result, called: existsSync(called) ? readFileSync(called, 'utf8') : undefined };
}

describe('the install before npm start and npm test', () => {
  it('runs npm ci at the root where an install is missing or was not finished', () => {
    const { status, called } = run(0);
    expect(called).toMatch(/^ci\b/);
    expect(status).toBe(0);
  });

  it('does nothing where there is one', () => {
    const { status, stdout, called } = run(0, ['node_modules/.package-lock.json']);
    expect([status, stdout, called]).toEqual([0, '', undefined]);
  });

  it('fails as npm does', () => {
    expect(run(3).status).toBe(3);
  });

  it('says how it is run, where npm did not run it', () => {
    const { status, stderr } = run(0, [], false);
    expect(status).toBe(1);
    expect(stderr).toContain('npm test');
  });
});
