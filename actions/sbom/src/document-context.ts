import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { Environment } from '@artifact-lifecycle/core/action';
import type { DocumentContext } from '@artifact-lifecycle/sbom';

/** The suite's version, as the documents name their tool; a release sets it in every package.json. */
export const TOOL_VERSION = '0.0.0';

/** The last second that RFC 3339 can write, in the year 9999. */
const MAX_EPOCH_SECONDS = 253_402_300_799;

/**
 * What documents say beside the inventory: their tool, who made them, and `SOURCE_DATE_EPOCH` where it is set
 * (reproducible-builds.org).
 *
 * @throws SuiteError `INPUT_INVALID` where `SOURCE_DATE_EPOCH` is no number of seconds
 */
export function readDocumentContext(env: Environment, clock: Pick<Clock, 'now'>): DocumentContext {
  const owner = env['GITHUB_REPOSITORY_OWNER'];
  const server = env['GITHUB_SERVER_URL'] || 'https://github.com';
  return {
    toolVersion: TOOL_VERSION,
    created: readEpoch(env['SOURCE_DATE_EPOCH']),
    now: new Date(clock.now()),
    ...(owner && { author: { name: owner, url: `${server}/${encodeURIComponent(owner)}` } }),
  };
}

function readEpoch(text: string | undefined): Date | undefined {
  if (text === undefined || text === '') return undefined;
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MAX_EPOCH_SECONDS) return new Date(seconds * 1000);
  throw new SuiteError(
    'INPUT_INVALID',
    `SOURCE_DATE_EPOCH is ${JSON.stringify(text.slice(0, 40))}, and no number of seconds.`,
    { remedy: 'Set it to seconds since 1970, such as the output of: git log -1 --format=%ct' },
  );
}
