import { describe, expect, it } from '@jest/globals';
import { environmentOfCommand } from '../src/command-environment.ts';

describe('the environment of a command', () => {
  it.each([
    'INPUT_KEY',
    'INPUT_KEY-PASSWORD',
    'INPUT_GITHUB-TOKEN',
    'INPUT_REGISTRIES',
    'STATE_key',
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_URL',
    'ACTIONS_RUNTIME_TOKEN',
    'GITHUB_OUTPUT',
    'GITHUB_STATE',
    'GITHUB_ENV',
    'GITHUB_PATH',
    'GITHUB_STEP_SUMMARY',
    'github_output',
  ])('lacks %s', (name) => {
    expect(environmentOfCommand({ [name]: 'secret', PATH: '/bin' })).toEqual({ PATH: '/bin' });
  });

  it.each(['PATH', 'HOME', 'GITHUB_TOKEN', 'GITHUB_REPOSITORY', 'GITHUB_OUTPUTS', 'MY_INPUT_KEY'])(
    'has %s as the job has it',
    (name) => {
      expect(environmentOfCommand({ [name]: 'x' })).toEqual({ [name]: 'x' });
    },
  );
});
