import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecked } from '../bench/process.ts';
import { findMissingExternals, readBundledModules } from './bundled-modules.ts';
import { findLicences, renderLicences } from './licences.ts';

/** All that is in `dist/<action>/`, and nothing else. */
export const BUNDLE_FILES = ['index.js', 'licenses.txt', 'package.json'] as const;

/** ncc needs some 3 s for an action; a loaded machine some times that. */
const NCC_TIMEOUT = 180_000;

/**
 * Bundles an action's emitted JavaScript into one file that needs nothing but Node, with the licences of all that
 * is in it. The same source gives the same bytes, wherever the repository lies.
 *
 * @param target is emptied first.
 * @throws Error where ncc splits the bundle, leaves a package outside, or a licence is missing.
 */
export async function buildBundle(root: string, action: string, target: string): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    const built = join(temporary, 'out');
    const statsFile = join(temporary, 'stats.json');
    await runNcc(root, action, built, statsFile);
    const extra = (await readdir(built)).filter((name) => name !== 'index.js' && name !== 'package.json');
    if (extra.length > 0) throw new Error(splitMessage(action, extra));
    const modules = readBundledModules(await readFile(statsFile, 'utf8'));
    const missing = findMissingExternals(modules);
    if (missing.length > 0)
      throw new Error(`The bundle of ${action} needs ${missing.join(', ')}, which no runner has.`);
    // Git stores text with LF alone, and a template literal reads CRLF as LF: nothing changes but the bytes.
    const code = toAscii((await readFile(join(built, 'index.js'), 'utf8')).replaceAll('\r\n', '\n'));
    if (code.includes(root)) throw new Error(`The bundle of ${action} names the directory it was built in.`);
    // Our own licence is Apache-2.0, whose text names nobody.
    const apache = (await readFile(join(root, 'LICENSE'), 'utf8')).replaceAll('\r\n', '\n');
    const licences = renderLicences(findLicences(modules.files, new Map([['Apache-2.0', apache]])));
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'index.js'), code);
    await writeFile(join(target, 'package.json'), '{\n  "type": "module"\n}\n');
    await writeFile(join(target, 'licenses.txt'), licences);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Escapes what is not ASCII, which means the same wherever JavaScript may hold it but in raw templates: V8 reads a
 * script of ASCII alone as one byte a character, and starts a third of its parsing time sooner.
 *
 * @throws Error where a raw template holds such a character
 */
export function toAscii(code: string): string {
  const raw = /String\.raw`[^`]*[^\0-\x7f][^`]*`/.exec(code);
  if (raw !== null) throw new Error(`A raw template holds more than ASCII: ${raw[0].slice(0, 80)}`);
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Not minified, because people read what they run; without source maps, because its lines can be read. */
async function runNcc(root: string, action: string, built: string, statsFile: string): Promise<void> {
  const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');
  const entry = join('actions', action, 'lib', 'index.js');
  const options = ['-o', built, '--target', 'es2022', '--stats-out', statsFile, '--no-cache', '--quiet'];
  // Identifiers of modules come from their paths below the working directory.
  await runChecked(process.execPath, [ncc, 'build', entry, ...options], { cwd: root, timeout: NCC_TIMEOUT });
}

function splitMessage(action: string, extra: readonly string[]): string {
  return [
    `ncc split the bundle of ${action}: it wrote ${extra.join(', ')} beside index.js.`,
    'A split bundle loses licences and the property of being one file.',
    'Write a lazy import as import(/* webpackMode: "eager" */ …), or avoid the package that has one.',
  ].join('\n');
}
