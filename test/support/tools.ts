import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

/** Programs of other people that the suites run. */
export type ToolName =
  | 'act'
  | 'actionlint'
  | 'cargo-auditable'
  | 'chromium'
  | 'conformance'
  | 'cosign'
  | 'crane'
  | 'debootstrap'
  | 'docker-registry'
  | 'fulcio'
  | 'github-openapi'
  | 'helm'
  | 'moto_server'
  | 'mvn'
  | 'npm'
  | 'ntia-checker'
  | 'oras'
  | 'posix'
  | 'prometheus'
  | 'promtool'
  | 'python3'
  | 'referrers-registry'
  | 'regctl'
  | 'registry'
  | 'rpm'
  | 'rpmbuild'
  | 'skopeo'
  | 'spdx-tools'
  | 'timestamp-server'
  | 'zizmor';

/** Paths of the tools a suite asked for. */
export type Tools<Name extends ToolName> = Readonly<Record<Name, string>>;

/**
 * Finds a program in the directory `ARTIFACT_LIFECYCLE_TOOLS` names, then in the path. Where that variable is
 * not set nothing is found, whatever the path holds: the suites with tools are for who asks for them.
 */
export function findTool(name: ToolName): string | undefined {
  const chosen = process.env['ARTIFACT_LIFECYCLE_TOOLS'];
  if (chosen === undefined || chosen === '') return undefined;
  const directories = [chosen, ...(process.env['PATH'] ?? '').split(delimiter)];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A `describe` that needs tools. Without `ARTIFACT_LIFECYCLE_TOOLS` it is skipped and its title says so; with
 * it a missing tool skips, too, but where `CI` is `true` it is a failure.
 */
export function describeWithTools<Name extends ToolName>(
  title: string,
  names: readonly Name[],
  body: (tools: Tools<Name>) => void,
): void {
  const found = names.map((name) => [name, findTool(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  // What a skipped body would run never runs: the paths in it are only names.
  const tools = Object.fromEntries(found.map(([name, path]) => [name, path ?? name])) as Tools<Name>;
  if (missing.length === 0) {
    describe(title, () => body(tools));
    return;
  }
  const asked = (process.env['ARTIFACT_LIFECYCLE_TOOLS'] ?? '') !== '';
  if (asked && process.env['CI'] === 'true') throw new Error(`${title}: ${missing.join(', ')} not found`);
  const why = asked ? `${missing.join(', ')} not found` : 'ARTIFACT_LIFECYCLE_TOOLS is not set';
  describe.skip(`${title} (skipped: ${why})`, () => body(tools));
}
