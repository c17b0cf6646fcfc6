import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Repository } from '../name/location.ts';
import { askCredentialHelper, type HelperRunner, spawnHelper } from './credential-helper.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import {
  type DockerConfig,
  findAuth,
  helperServerUrl,
  MAX_DOCKER_CONFIG_BYTES,
  parseDockerConfig,
} from './docker-config.ts';

/** Where docker's files and programs are found; the machine's in a run, made up in tests. */
export interface DockerEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** A file's text, or `undefined` where there is no such file. */
  readonly readTextFile: (path: string) => Promise<string | undefined>;
  readonly runHelper: HelperRunner;
}

/** The machine this runs on. */
export function machineEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): DockerEnvironment {
  return { variables, homeDirectory: homedir(), readTextFile, runHelper: spawnHelper(variables) };
}

/**
 * Looks where `docker login` and `podman login` leave credentials. What someone pointed to comes before what
 * merely lies at its default place: `DOCKER_AUTH_CONFIG` (the JSON itself), `DOCKER_CONFIG` (a directory),
 * `REGISTRY_AUTH_FILE`; then `~/.docker/config.json` where `DOCKER_CONFIG` is unset, and podman's
 * `auth.json`. In each: `credHelpers` of the host, `auths`, `credsStore`.
 */
export function dockerSource(environment: DockerEnvironment): CredentialSource {
  let loading: Promise<readonly DockerConfig[]> | undefined;
  return {
    async find(repository) {
      loading ??= loadConfigs(environment);
      for (const config of await loading) {
        const credentials = await lookUp(config, repository, environment.runHelper);
        if (credentials !== undefined) return { credentials, origin: 'docker-config' };
      }
      return undefined;
    },
  };
}

async function lookUp(
  config: DockerConfig,
  repository: Repository,
  run: HelperRunner,
): Promise<Credentials | undefined> {
  const server = helperServerUrl(repository.host);
  const helper = config.helpers.get(repository.host);
  const held = helper === undefined ? undefined : await askCredentialHelper(helper, server, run);
  if (held !== undefined) return held;
  const written = findAuth(config, repository);
  if (written !== undefined) return written;
  return config.store === undefined ? undefined : askCredentialHelper(config.store, server, run);
}

async function loadConfigs({
  variables,
  homeDirectory,
  readTextFile: read,
}: DockerEnvironment): Promise<readonly DockerConfig[]> {
  const set = (name: string): string | undefined => (variables[name] === '' ? undefined : variables[name]);
  const directory = set('DOCKER_CONFIG');
  const runtime = set('XDG_RUNTIME_DIR');
  const files = [
    directory === undefined ? undefined : join(directory, 'config.json'),
    set('REGISTRY_AUTH_FILE'),
    directory === undefined ? join(homeDirectory, '.docker', 'config.json') : undefined,
    runtime === undefined ? undefined : join(runtime, 'containers', 'auth.json'),
    join(homeDirectory, '.config', 'containers', 'auth.json'),
  ].filter((file) => file !== undefined);

  const configs: DockerConfig[] = [];
  const inline = set('DOCKER_AUTH_CONFIG');
  if (inline !== undefined) configs.push(parseDockerConfig(inline, 'The variable DOCKER_AUTH_CONFIG'));
  for (const file of files) {
    const text = await read(file);
    if (text !== undefined) configs.push(parseDockerConfig(text, file));
  }
  return configs;
}

async function readTextFile(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_DOCKER_CONFIG_BYTES) {
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `${path} has ${size} bytes, more than ${MAX_DOCKER_CONFIG_BYTES}.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error instanceof SuiteError
      ? error
      : new SuiteError('CONTENT_INVALID', `${path} cannot be read.`, { cause: error });
  }
}

/** Node's own errors are of another realm than a test's: what they say counts, not their class. */
function isMissing(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
