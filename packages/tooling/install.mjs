// Runs before `npm start` and `npm test`: a fresh clone needs no other command.
// Plain JavaScript without imports of ours, because nothing is installed yet and Node may be 20.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const installed = new URL('../../node_modules/.package-lock.json', import.meta.url);
if (!existsSync(installed)) {
  console.log('node_modules is missing: running npm ci once');
  // npm names its own script, so that no shell is needed to find npm.cmd on Windows.
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error('run this through npm: npm start, npm test');
  const { status } = spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} else if (isOutdated()) {
  // Not done unasked: another command may be at work in node_modules.
  console.error('node_modules is not what package-lock.json says: run npm ci');
}

/** Whether a package is not installed that every platform needs, or another version of it. */
function isOutdated() {
  const [wanted, present] = [new URL('../../package-lock.json', import.meta.url), installed].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')).packages,
  );
  return Object.entries(wanted).some(
    ([path, { version, resolved, optional }]) =>
      path.includes('node_modules/') &&
      !optional &&
      (present[path] === undefined ||
        present[path].version !== version ||
        (present[path].link === true && present[path].resolved !== resolved)),
  );
}
