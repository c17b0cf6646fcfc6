import * as z from 'zod/mini';
import { gates } from './gates/gates.ts';
import { quote } from './problem.ts';
import { isHost } from './registries.ts';
import { retentionRule } from './retention.ts';
import { anyNumberOf, oneOrMore, optional, type Parsed, required, settings, text } from './settings.ts';
import { NO_SIGNER } from './signer.ts';
import { globOfTags, plainText } from './texts.ts';

/** How an environment names what it gets: a1b2c3d, 2.1.0, main-4521, 2.1.0-a1b2c3d. */
export const TAG_STRATEGIES = ['git-sha', 'semver', 'build-number', 'combined'] as const;

/** A way to name an artifact. */
export type TagStrategy = (typeof TAG_STRATEGIES)[number];

/** One station of an artifact. */
export type Environment = z.output<ReturnType<typeof environment>>;

/** One entry of `environments`. */
export function environment() {
  return settings(
    {
      repository: required(
        'Where its images lie: host/name, or a list where it has several regions.',
        oneOrMore(repository()),
      ),
      'promote-from': optional(
        'Which environment an image comes from: it must carry the record of its promotion into it (one of them).',
        oneOrMore(plainText('staging')),
      ),
      tags: optional('How images are named here.', oneOrMore(z.enum(TAG_STRATEGIES))),
      channels: optional(
        'Patterns of tags that may move, every other tag is immutable; a rollback moves them back.',
        anyNumberOf(globOfTags()),
      ),
      gates: optional('What an image must pass to get in.', gates()),
      override: optional(
        'Who may break the glass: let an image in though gates failed.',
        settings(
          {
            actors: optional("GitHub users' logins.", oneOrMore(plainText('octocat'))),
            teams: optional(
              'GitHub teams, `team` or `organization/team`.',
              oneOrMore(plainText('acme/release')),
            ),
          },
          (value, report) => {
            if (Object.keys(value).length === 0) report('names nobody: set actors or teams');
          },
        ),
      ),
      retention: optional('How long its images stay.', retentionRule()),
    },
    ({ gates: its }, report) => {
      // An attestation by anybody proves nothing; the signer of the gate `signature` stands in where there is one.
      if (
        its?.attestation !== undefined &&
        its.attestation.signer === undefined &&
        its.signature === undefined
      ) {
        report(`${NO_SIGNER}, or add the gate signature`, 'gates', 'attestation');
      }
    },
  );
}

/** One part of a repository's name (distribution-spec, "Pulling manifests"). */
const PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** The whole name with its host fits what registries take (distribution-spec, "Pulling manifests"). */
const MAX_REPOSITORY_LENGTH = 255;

function repository() {
  return text(parseRepository, {
    pattern: '^(?:oci:.+|[^/@\\s]+/[^:@\\s]+)$',
    examples: ['ghcr.io/acme/api'],
  });
}

function parseRepository(value: string): Parsed<string> {
  if (value.startsWith('oci:') && value.length > 'oci:'.length) return { value };
  const [host, ...parts] = value.split('/');
  const last = parts.at(-1);
  if (value.includes('@') || last?.includes(':')) {
    return { problem: `must be a repository without tag or digest, not ${quote(value)}` };
  }
  const hosted = host !== undefined && (/[.:]/.test(host) || host === 'localhost') && isHost(host);
  return hosted &&
    value.length <= MAX_REPOSITORY_LENGTH &&
    parts.length > 0 &&
    parts.every((part) => PART.test(part))
    ? { value }
    : {
        problem: `must be a repository such as ghcr.io/acme/api, with its host and in lower case, not ${quote(value)}`,
      };
}
