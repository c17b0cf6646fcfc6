import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const script = fileURLToPath(new URL('./support/nasty-run.mjs', import.meta.url));
const client = new URL('../../src/http/index.ts', import.meta.url).href;

describe('what goes wrong', () => {
  it('ends in one of our errors, and leaves no unhandled rejection, short body or open connection', async () => {
    // In a process of its own: Jest would catch what must not be there.
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script, client]);
    expect(stdout).toBe('done 480, 0 open\n');
  }, 30_000);
});
