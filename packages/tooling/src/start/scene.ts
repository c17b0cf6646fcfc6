import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseRepository, type Registry } from '@artifact-lifecycle/registry';
import type { TestRegistry } from '@artifact-lifecycle/testing';
import type { Workplace } from '../bench/workplace.ts';
import type { StepResult } from './runner.ts';
import type { Screen } from './screen.ts';

export const VERSION = '1.0.0';
export const NEXT_VERSION = '1.0.1';
/** The commit of everything here; nobody made it. */
export const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';
export const REPOSITORY = 'acme/artifact-lifecycle';
export const DEV = 'dev/artifact-lifecycle';
/** In the registry of dev. */
export const STAGING = 'staging/artifact-lifecycle';
export const PROD = 'prod/artifact-lifecycle';

/** Where the demonstration plays. */
export interface Scene {
  readonly root: string;
  readonly screen: Screen;
  readonly workplace: Workplace;
  readonly dev: TestRegistry;
  readonly prod: TestRegistry;
}

/** Says of each expectation whether it holds; where one does not, the log of the step follows. */
export function judge(
  screen: Screen,
  result: StepResult,
  expectations: readonly (readonly [expectation: string, holds: boolean])[],
): boolean {
  for (const [expectation, holds] of expectations) (holds ? screen.good : screen.bad)(expectation);
  const all = expectations.every(([, holds]) => holds);
  if (!all) for (const line of result.log.split('\n')) screen.detail(line);
  return all;
}

export function openDev(dev: TestRegistry): Registry {
  const connections = createConnections({
    http: createHttpClient({ userAgent: 'artifact-lifecycle/demo' }),
    credentials: [],
  });
  return connections.open(parseRepository(`${dev.host}/${DEV}`, 'dev'));
}
