import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RegistryOptions } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { makeDirectory, openRegistry } from './support/registry.ts';

const REPORTS = fileURLToPath(new URL('../../../.ci/out/conformance/', import.meta.url));
/** The suite takes about a second; a machine that is busy with other things may take much longer. */
const TIMEOUT_MS = 120_000;

const tools = process.env['ARTIFACT_LIFECYCLE_TOOLS'];
const program = tools === undefined || tools === '' ? undefined : join(tools, 'conformance');
if (process.env['CI'] === 'true' && program !== undefined && !existsSync(program)) {
  throw new Error(`ARTIFACT_LIFECYCLE_TOOLS is ${tools}, which has no "conformance" (distribution-spec).`);
}
const reason =
  program === undefined
    ? 'skipped: ARTIFACT_LIFECYCLE_TOOLS is not set'
    : existsSync(program)
      ? undefined
      : `skipped: ${program} is missing`;

interface Run {
  readonly name: string;
  /** `1.1` is the released specification; `dev` adds tag parameters, cancelled uploads and digest headers. */
  readonly version: '1.1' | 'dev';
  readonly options: RegistryOptions;
  readonly onDisk?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Fewer passed tests than this mean that the suite has not run as it should. */
  readonly atLeast: number;
}

const USER = { name: 'conformance', password: 'conformance' };
const RUNS: readonly Run[] = [
  { name: '1.1', version: '1.1', options: {}, atLeast: 800 },
  { name: '1.1-basic', version: '1.1', options: { auth: { kind: 'basic', users: [USER] } }, atLeast: 800 },
  {
    name: 'dev-disk-bearer',
    version: 'dev',
    // The suite asks for the scopes of a challenge only, so the mount has to be challenged.
    options: {
      auth: { kind: 'bearer', users: [USER] },
      mountWithoutScope: 'challenge',
      sparse: true,
      tagParameters: true,
    },
    onDisk: true,
    environment: { OCI_DATA_SPARSE: 'true' },
    atLeast: 950,
  },
  {
    name: 'dev-absolute-chunks',
    version: 'dev',
    options: { uploadLocation: 'absolute', chunkMinLength: 2000, tagParameters: true, conditional: true },
    atLeast: 950,
  },
  { name: '1.1-rotating', version: '1.1', options: { uploadLocation: 'rotating' }, atLeast: 800 },
];

describe("the distribution specification's own conformance suite", () => {
  const test = reason === undefined ? it : it.skip;
  const suffix = reason === undefined ? '' : ` (${reason})`;

  test.each(RUNS)(
    `passes without a failure: $name${suffix}`,
    async ({ name, version, options, onDisk, environment, atLeast }) => {
      const root = onDisk === true ? await makeDirectory() : undefined;
      const registry = await openRegistry({ ...options, root });
      const reports = join(REPORTS, name);
      await rm(reports, { recursive: true, force: true });
      await mkdir(reports, { recursive: true });
      const output = await runProgram(program ?? '', reports, {
        OCI_REGISTRY: registry.host,
        OCI_TLS: 'disabled',
        OCI_VERSION: version,
        OCI_RESULTS_DIR: reports,
        OCI_USERNAME: USER.name,
        OCI_PASSWORD: USER.password,
        ...environment,
      });
      const counts = readCounts(await readFile(join(reports, 'junit.xml'), 'utf8'));
      expect({ ...counts, output: counts.failures + counts.errors > 0 ? output : '' }).toMatchObject({
        failures: 0,
        errors: 0,
        skipped: 0,
        output: '',
      });
      expect(counts.tests - counts.disabled).toBeGreaterThanOrEqual(atLeast);
      expect(registry.log.count({ method: 'PUT', status: 201 })).toBeGreaterThan(50);
      expect(registry.log.count({ path: /\/referrers\//, status: 200 })).toBeGreaterThan(5);
    },
    TIMEOUT_MS,
  );
});

/** Runs the program and gives what it wrote; its exit code says no more than its report. */
function runProgram(
  path: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd, env: environment, maxBuffer: 64 * 1024 * 1024, timeout: TIMEOUT_MS };
    execFile(path, [], options, (_error, stdout, stderr) => resolve(`${stdout}\n${stderr}`));
  });
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly disabled: number;
}

/** Reads the sums that the report's first element states. */
function readCounts(report: string): Counts {
  const head = /<testsuites\b[^>]*>/.exec(report)?.[0] ?? '';
  const count = (name: string): number => {
    const text = new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1];
    // Go leaves a sum of zero out.
    if (text === undefined && name === 'tests')
      throw new Error(`The report has no sums: ${report.slice(0, 500)}`);
    return Number(text ?? 0);
  };
  return {
    tests: count('tests'),
    failures: count('failures'),
    errors: count('errors'),
    skipped: count('skipped'),
    disabled: count('disabled'),
  };
}
