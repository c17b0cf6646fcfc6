// Runs before `npm start` and `npm test`: a fresh clone needs no other command.
// Plain JavaScript without imports of ours, because nothing is installed yet and Node may be 20.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
if (!existsSync(new URL('../../node_modules/.package-lock.json', import.meta.url))) {
  console.log('node_modules is missing: running npm ci once');
  // npm names its own script, so that no shell is needed to find npm.cmd on Windows.
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error('run this through npm: npm start, npm test');
  const { status } = spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
