import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What is asked for; pip adds what these need. Pinned, so that the folder beside the tools can be kept. */
export const REQUESTED: readonly string[] = [
  ...['cryptography==43.0.1', 'flask==3.0.3', 'requests[socks]==2.32.3', 'setuptools==75.1.0', 'six==1.16.0'],
];

/** Where the packages lie in the image that the files are of. */
export const SITE = 'usr/lib/python3/site-packages';

/** What pip itself says of a folder (`pip list --format json`, `pip inspect`). */
export interface PipPackage {
  readonly name: string;
  readonly version: string;
  readonly requested: boolean;
  /** `requires_dist` read by PyPA's own parser: names of what is there, sorted. */
  readonly needs: readonly string[];
}

/** Installs the packages once, into a folder beside the tools. @returns that folder */
export async function installPackages(python: string): Promise<string> {
  const folder = join(dirname(process.env['ARTIFACT_LIFECYCLE_TOOLS'] ?? ''), 'python-packages');
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const quiet = ['--quiet', '--no-warn-script-location', '--disable-pip-version-check'];
  await run(python, ['-m', 'pip', 'install', ...quiet, '--target', unfinished, ...REQUESTED]);
  await rename(unfinished, folder);
  return folder;
}

/** Asks pip and importlib what lies in a folder. */
export async function askPip(python: string, folder: string): Promise<readonly PipPackage[]> {
  const { stdout } = await run(python, ['-c', QUESTION, folder], { maxBuffer: 64 * 1024 * 1024 });
  const packages: readonly PipPackage[] = JSON.parse(stdout);
  return packages;
}

const QUESTION = `
import importlib.metadata, json, subprocess, sys
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name as name
folder = sys.argv[1]
pip = [sys.executable, '-m', 'pip', '--disable-pip-version-check']
listed = json.loads(subprocess.check_output(pip + ['list', '--path', folder, '--format', 'json']))
inspected = json.loads(subprocess.check_output(pip + ['inspect', '--path', folder]))['installed']
requested = {name(one['metadata']['name']): one['requested'] for one in inspected}
needs = {
  name(one['metadata']['name']): [name(Requirement(r).name) for r in one['metadata'].get('requires_dist', [])]
  for one in inspected
}
print(json.dumps([{
  'name': one['name'],
  'version': one['version'],
  'requested': requested[name(one['name'])],
  'needs': sorted({n for n in needs[name(one['name'])] if n in needs and n != name(one['name'])}),
} for one in sorted(listed, key=lambda one: name(one['name']))]))
`;

/** Files of a folder that a cataloguer of Python wants, by their path in the image. */
export function readSite(folder: string): Readonly<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).replaceAll('\\', '/');
    if (!entry.isFile() || !/(?:dist|egg)-info\//i.test(path)) continue;
    files[`${SITE}${path.slice(folder.length)}`] = readFileSync(path);
  }
  return files;
}
