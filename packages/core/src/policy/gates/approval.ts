import * as z from 'zod/mini';
import { oneOrMore, optional, settings } from '../settings.ts';
import { plainText, wholeNumber } from '../texts.ts';
import { warnOnly } from './warn-only.ts';

/** How the gate `approval` counts unless it says so itself. */
export const APPROVAL_DEFAULTS = { atLeast: 1, notTheAuthor: false } as const;

/** Gate `approval`: people have approved this run attempt, through GitHub's protection rules. */
export function approvalGate() {
  return settings(
    {
      environment: optional(
        "GitHub environment whose reviewers approve; the policy environment's own name unless it is named.",
        plainText('production'),
      ),
      'at-least': optional('How many must approve.', wholeNumber(1), { default: APPROVAL_DEFAULTS.atLeast }),
      'not-the-author': optional("The commit's author does not count.", z.boolean(), {
        default: APPROVAL_DEFAULTS.notTheAuthor,
      }),
      users: optional('Only these users count.', oneOrMore(plainText('octocat'))),
      teams: optional(
        'Only members of these teams count: `team` or `organization/team`.',
        oneOrMore(plainText('acme/release')),
      ),
      ...warnOnly(),
    },
    ({ users, teams, 'at-least': atLeast = APPROVAL_DEFAULTS.atLeast }, report) => {
      if (users !== undefined && teams === undefined && users.length < atLeast) {
        report(`asks for ${atLeast} approvals, but only ${users.length} of users can give one`, 'at-least');
      }
    },
  );
}
