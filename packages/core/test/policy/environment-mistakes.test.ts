import { describe, expect, it } from '@jest/globals';
import { type Mistaken, mistakesOf, withEnvironment } from './mistakes.ts';

const CASES: readonly Mistaken[] = [
  [
    'an environment without settings',
    'version: 1\nenvironments:\n  dev:\n',
    ['3:3: environments.dev has no value; it must be a mapping.'],
  ],
  [
    'an environment without repository',
    'version: 1\nenvironments:\n  dev:\n    tags: [semver]\n',
    ['3:3: environments.dev.repository is missing.'],
  ],
  [
    'an environment whose name is a number',
    'version: 1\nenvironments:\n  1: { repository: ghcr.io/a/b }\n',
    [
      '3:3: environments has the key "1", which is not a name: it starts with a letter and goes on with at most 254 letters, digits, blanks and . _ / -.',
    ],
  ],
  [
    'a repository without host',
    'version: 1\nenvironments: { dev: { repository: acme/api } }\n',
    [
      '2:36: environments.dev.repository must be a repository such as ghcr.io/acme/api, with its host and in lower case, not "acme/api".',
    ],
  ],
  [
    'a repository with a tag',
    'version: 1\nenvironments: { dev: { repository: "ghcr.io/acme/api:latest" } }\n',
    [
      '2:36: environments.dev.repository must be a repository without tag or digest, not "ghcr.io/acme/api:latest".',
    ],
  ],
  [
    'a repository in upper case',
    'version: 1\nenvironments: { dev: { repository: ghcr.io/Acme/api } }\n',
    [
      '2:36: environments.dev.repository must be a repository such as ghcr.io/acme/api, with its host and in lower case, not "ghcr.io/Acme/api".',
    ],
  ],
  [
    'a repository twice',
    'version: 1\nenvironments: { dev: { repository: [ghcr.io/a/b, ghcr.io/a/b] } }\n',
    ['2:50: environments.dev.repository[1] stands in the list already.'],
  ],
  [
    'no repository in the list',
    'version: 1\nenvironments: { dev: { repository: [] } }\n',
    ['2:36: environments.dev.repository must not be empty.'],
  ],
  [
    'an unknown strategy',
    withEnvironment('tags: [semver, buildnumber]'),
    [
      '5:20: environments.prod.tags[1] must be one of git-sha, semver, build-number, combined, not "buildnumber". Did you mean "build-number"?',
    ],
  ],
  [
    'a channel that is a number',
    withEnvironment('channels: [2, 2.10]'),
    [
      '5:16: environments.prod.channels[0] must be text, not a whole number; put it in quotes.',
      '5:19: environments.prod.channels[1] must be text, not a number; put it in quotes.',
    ],
  ],
  [
    'a channel twice',
    withEnvironment('channels: [latest, "2", latest]'),
    ['5:29: environments.prod.channels[2] stands in the list already.'],
  ],
  [
    'a channel that is an expression',
    withEnvironment('channels: ["/v.*/"]'),
    ['5:16: environments.prod.channels[0] must be a glob, not the regular expression "/v.*/".'],
  ],
  [
    'a channel with a bracket open',
    withEnvironment('channels: "v[0-9"'),
    ['5:15: environments.prod.channels has a "[" that nothing closes: "v[0-9".'],
  ],
  [
    'a channel that is negated',
    withEnvironment('channels: "!latest"'),
    ['5:15: environments.prod.channels must not start with "!": patterns are not negated.'],
  ],
  [
    'promotion from an unknown environment',
    withEnvironment('promote-from: stagging'),
    [
      '5:19: environments.prod.promote-from names the environment "stagging", which the policy does not have.',
    ],
  ],
  [
    'promotion from a misspelt environment',
    'version: 1\nenvironments:\n  staging: { repository: ghcr.io/a/b }\n  prod: { repository: ghcr.io/a/c, promote-from: [staging, stagging] }\n',
    [
      '4:60: environments.prod.promote-from[1] names the environment "stagging", which the policy does not have. Did you mean "staging"?',
    ],
  ],
  [
    'promotion from itself',
    withEnvironment('promote-from: prod'),
    ['5:19: environments.prod.promote-from leads back to where it starts: "prod" → "prod".'],
  ],
  [
    'promotion in a circle',
    'version: 1\nenvironments:\n  a: { repository: ghcr.io/a/a, promote-from: c }\n  b: { repository: ghcr.io/a/b, promote-from: a }\n  c: { repository: ghcr.io/a/c, promote-from: [b] }\n  d: { repository: ghcr.io/a/d, promote-from: c }\n',
    ['3:47: environments.a.promote-from leads back to where it starts: "a" → "b" → "c" → "a".'],
  ],
  [
    'one unknown strategy',
    withEnvironment('tags: buildnumber'),
    [
      '5:11: environments.prod.tags must be one of git-sha, semver, build-number, combined, not "buildnumber". Did you mean "build-number"?',
    ],
  ],
  [
    'a strategy that is a mapping',
    withEnvironment('tags: { semver: true }'),
    ['5:5: environments.prod.tags must be one of git-sha, semver, build-number, combined, not a mapping.'],
  ],
  [
    'an override by nobody',
    withEnvironment('override: {}'),
    ['5:5: environments.prod.override names nobody: set actors or teams.'],
  ],
];

describe('an environment that is wrong', () => {
  it.each(CASES)('is told of: %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
