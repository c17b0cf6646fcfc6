import { describe, expect, it } from '@jest/globals';
import { type Mistaken, mistakesOf, withEnvironment } from './mistakes.ts';

const CASES: readonly Mistaken[] = [
  [
    'an unknown key that is near to none',
    'version: 1\n\nstages: {}\n',
    [
      '3:1: the file has no setting "stages"; there are version, environments, retention, protect, records, sigstore, registries.',
    ],
  ],
  [
    'a retention without rule',
    withEnvironment('retention: { since: pulled }'),
    [
      '5:5: environments.prod.retention says nothing about how long to keep: set keep, keep-last or delete-when.',
    ],
  ],
  [
    'a duration in words',
    withEnvironment('retention: { keep: 3 weeks }'),
    [
      '5:24: environments.prod.retention.keep must be a duration such as 30m, 24h, 90d or 2y, or forever, not "3 weeks".',
    ],
  ],
  [
    'a duration without unit',
    withEnvironment('retention: { keep: 90 }'),
    [
      '5:24: environments.prod.retention.keep must be a duration such as 30m, 24h, 90d or 2y, or forever, not a whole number.',
    ],
  ],
  [
    'a duration beyond all time',
    withEnvironment('retention: { keep: 99999y }'),
    [
      '5:24: environments.prod.retention.keep must be a duration such as 30m, 24h, 90d or 2y, or forever, not "99999y".',
    ],
  ],
  [
    'a negative count',
    withEnvironment('retention: { keep-last: -1 }'),
    ['5:29: environments.prod.retention.keep-last must be at least 0, not -1.'],
  ],
  [
    'half an image',
    withEnvironment('retention: { keep-last: 1.5 }'),
    ['5:29: environments.prod.retention.keep-last must be a whole number, not 1.5.'],
  ],
  [
    'a class that matches nothing',
    'version: 1\nretention:\n  classes:\n    old: { match: {}, keep: 1d }\n',
    ['4:12: retention.classes.old.match matches nothing: set tags, untagged or environment.'],
  ],
  [
    'a class without match',
    'version: 1\nretention:\n  classes:\n    old: { keep: 1d }\n',
    ['4:5: retention.classes.old.match is missing.'],
  ],
  [
    'a class of an unknown environment',
    'version: 1\nenvironments: { production: { repository: ghcr.io/a/b } }\nretention:\n  classes:\n    old: { match: { environment: prodution }, keep: 1d }\n',
    [
      '5:34: retention.classes.old.match.environment names the environment "prodution", which the policy does not have. Did you mean "production"?',
    ],
  ],
  [
    'an unknown source of digests',
    'version: 1\nprotect: { digests-from: [deployment, "glob:"] }\n',
    [
      '2:27: protect.digests-from[0] must be deployments, deployment-records or glob:FILES, not "deployment".',
      '2:39: protect.digests-from[1] must be deployments, deployment-records or glob:FILES, not "glob:".',
    ],
  ],
];

describe('a retention that is wrong', () => {
  it.each(CASES)('is told of: %s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
