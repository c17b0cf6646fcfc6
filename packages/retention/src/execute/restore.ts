import { SuiteError, throwIfCancelled } from '@artifact-lifecycle/core';
import { tryParseDigest } from '@artifact-lifecycle/registry';
import type { RetentionService, ServiceOptions } from '../service/retention-service.ts';
import type { AuditLine } from './audit.ts';
import { endsRun } from './report.ts';

/** What came of bringing back one image. */
export interface RestoredItem {
  readonly line: AuditLine;
  readonly outcome: 'restored' | 'there' | 'failed' | 'remaining';
  /** Why it is not back. */
  readonly reason?: string | undefined;
}

/** What came of a restore, in the order in which it was done. */
export interface RestoreReport {
  readonly items: readonly RestoredItem[];
  /** Tags that were taken away from images that stayed; no service gives those back. */
  readonly problems: readonly string[];
}

/**
 * Brings back what an audit file says was deleted, the last deletion first: so children are back before the indexes
 * that hold them.
 *
 * @throws SuiteError `UNSUPPORTED` where the service does not restore; `UNAUTHORIZED`, `CANCELLED`
 */
export async function restoreDeleted(
  service: RetentionService,
  lines: readonly AuditLine[],
  options: ServiceOptions = {},
): Promise<RestoreReport> {
  if (service.abilities.restore === 'none') {
    throw new SuiteError(
      'UNSUPPORTED',
      `What was deleted from ${service.target} cannot be brought back there.`,
      {
        remedy: 'Push the images again; the audit file has their digests and tags.',
      },
    );
  }
  const own = lines.filter(({ target }) => target === service.target);
  const items: RestoredItem[] = [];
  let isOut = false;
  for (const line of deletedLines(own).reverse()) {
    throwIfCancelled(options.signal);
    const item: RestoredItem = isOut
      ? { line, outcome: 'remaining' }
      : await restoreOne(service, line, options);
    isOut = item.outcome === 'remaining';
    items.push(item);
  }
  return { items, problems: own.flatMap(untagProblem) };
}

/** The last deletion of each image, but those that did not come to be, in the order of the file. */
function deletedLines(lines: readonly AuditLine[]): AuditLine[] {
  const deleted = new Map<string, AuditLine>();
  for (const line of lines) {
    if (line.action !== 'delete') continue;
    deleted.delete(line.id);
    if (line.outcome === 'started') deleted.set(line.id, line);
  }
  return [...deleted.values()];
}

async function restoreOne(
  service: RetentionService,
  line: AuditLine,
  options: ServiceOptions,
): Promise<RestoredItem> {
  const { id, tags } = line;
  const digest = tryParseDigest(line.digest ?? '');
  try {
    return { line, outcome: await service.restore({ id, digest, tags }, options) };
  } catch (error) {
    if (!(error instanceof SuiteError) || endsRun(error)) throw error;
    const outcome = error.code === 'RATE_LIMITED' ? 'remaining' : 'failed';
    return { line, outcome, reason: error.message };
  }
}

function untagProblem({ action, tags, id, digest }: AuditLine): readonly string[] {
  if (action !== 'untag') return [];
  return [`${digest ?? id} had the tag ${tags.join(', ')}, which is not set again.`];
}
