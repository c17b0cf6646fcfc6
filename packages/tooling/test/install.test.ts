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
function run(exitCode: number, files: Readonly<Record<string, string>> = {}, hasNpm = true) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'install-test-')));
  mkdirSync(join(root, 'packages', 'tooling'), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  copyFileSync(script, join(root, 'packages', 'tooling', 'install.mjs'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
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

const A = { version: '1.0.0' };
/** For another platform. */
const B = { version: '1.0.0', optional: true };

function lockOf(packages: object): string {
  return JSON.stringify({ packages });
}

describe('the install before npm start and npm test', () => {
  it('runs npm ci at the root where an install is missing or was not finished', () => {
    const { status, called } = run(0);
    expect(called).toMatch(/^ci\b/);
    expect(status).toBe(0);
  });

  it('does nothing where there is one', () => {
    const { status, stdout, stderr, called } = run(0, {
      'package-lock.json': lockOf({ '': {}, 'packages/core': {}, 'node_modules/a': A, 'node_modules/b': B }),
      'node_modules/.package-lock.json': lockOf({ 'node_modules/a': A }),
    });
    expect([status, stdout, stderr, called]).toEqual([0, '', '', undefined]);
  });

  it.each([
    { name: 'lacks a package', present: {} },
    { name: 'has another version', present: { 'node_modules/a': { ...A, version: '0.9.0' } } },
    {
      name: 'has another package in its place',
      present: { 'node_modules/a': { resolved: 'x', link: true } },
    },
  ])('says that an install $name, and leaves it alone', ({ present }) => {
    const { status, stderr, called } = run(0, {
      'package-lock.json': lockOf({ 'node_modules/a': A }),
      'node_modules/.package-lock.json': lockOf(present),
    });
    expect([status, called]).toEqual([0, undefined]);
    expect(stderr).toContain('run npm ci');
  });

  it('fails as npm does', () => {
    expect(run(3).status).toBe(3);
  });

  it('says how it is run, where npm did not run it', () => {
    const { status, stderr } = run(0, {}, false);
    expect(status).toBe(1);
    expect(stderr).toContain('npm test');
  });
});
