import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A start of cosign reads 100 MB from disk, and the machine may be busy. */
export const COSIGN_TIMEOUT_MS = 120_000;

const tools = process.env['ARTIFACT_LIFECYCLE_TOOLS'];
const program = tools === undefined || tools === '' ? undefined : join(tools, 'cosign');

/** Why tests with the real cosign are skipped; empty when they are not. */
export const COSIGN_MISSING =
  program === undefined
    ? ' (skipped: ARTIFACT_LIFECYCLE_TOOLS is not set)'
    : existsSync(program)
      ? ''
      : ` (skipped: ${program} is missing)`;

/** Runs cosign in a directory, and gives what it printed, after `accepted:` or `refused:`. */
export async function runCosign(argv: readonly string[], directory: string, password = ''): Promise<string> {
  return await new Promise((resolve) => {
    const options = { cwd: directory, env: { ...process.env, COSIGN_PASSWORD: password, HOME: directory } };
    execFile(program ?? 'cosign', [...argv], options, (error, stdout, stderr) => {
      resolve(`${error === null ? 'accepted' : 'refused'}: ${stdout}${stderr}`);
    });
  });
}
