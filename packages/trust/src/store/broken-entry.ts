import { SuiteError } from '@artifact-lifecycle/core';
import { isAboutContent } from '@artifact-lifecycle/registry';
import type { BundleOrigin } from '../verifying/evidence.ts';
import type { BrokenEntry } from './stored-entry.ts';

/** The entry for what is broken, in the words of its error. */
export function brokenEntry(origin: BundleOrigin, { code, message }: SuiteError): BrokenEntry {
  return { kind: 'broken', origin, code, problem: message };
}

/**
 * Reads one entry, or says what is wrong with it. Errors that are not about this entry alone pass through: a registry
 * that does not answer has not said "none".
 */
export async function orBroken<Entry>(
  origin: BundleOrigin,
  read: () => Promise<Entry>,
): Promise<Entry | BrokenEntry> {
  try {
    return await read();
  } catch (error) {
    if (isAboutContent(error)) return brokenEntry(origin, error);
    throw error;
  }
}

/** What content is refused for. */
export function refuseContent(fact: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', fact);
}
