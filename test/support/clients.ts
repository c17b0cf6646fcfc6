import { join } from 'node:path';
import { runChecked } from '../../packages/tooling/src/bench/process.ts';
import type { Tools } from './tools.ts';

/** The clients of other people, each told that these registries speak plain HTTP. They print to the result. */
export interface Clients {
  /** Where they run: file arguments are relative to it. */
  readonly directory: string;
  crane(...args: readonly string[]): Promise<string>;
  helm(...args: readonly string[]): Promise<string>;
  oras(...args: readonly string[]): Promise<string>;
  regctl(...args: readonly string[]): Promise<string>;
  skopeo(...args: readonly string[]): Promise<string>;
}

/** The tools {@link makeClients} needs. */
export const CLIENT_TOOLS = ['crane', 'helm', 'oras', 'regctl', 'skopeo'] as const;

/**
 * Makes clients that share a directory: they run in it, and keep their configuration there.
 *
 * @param hosts every registry they will talk to
 */
export function makeClients(
  tools: Tools<(typeof CLIENT_TOOLS)[number]>,
  directory: string,
  hosts: readonly string[],
): Clients {
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    DOCKER_CONFIG: join(directory, '.docker'),
    XDG_CONFIG_HOME: join(directory, '.config'),
    XDG_RUNTIME_DIR: directory,
  };
  const run = (file: string, args: readonly string[]): Promise<string> =>
    runChecked(file, args, { cwd: directory, env });
  const regctlHosts = hosts.flatMap((host) => ['--host', `reg=${host},tls=disabled`]);
  return {
    directory,
    crane: (...args) => run(tools.crane, args),
    helm: (...args) => run(tools.helm, args),
    oras: (...args) =>
      run(tools.oras, [
        ...args,
        ...(args[0] === 'cp' ? ['--from-plain-http', '--to-plain-http'] : ['--plain-http']),
      ]),
    regctl: (...args) => run(tools.regctl, [...regctlHosts, ...args]),
    skopeo: (...args) =>
      run(tools.skopeo, [
        '--insecure-policy',
        ...args,
        ...(args[0] === 'copy'
          ? ['--src-tls-verify=false', '--dest-tls-verify=false']
          : ['--tls-verify=false']),
      ]),
  };
}
