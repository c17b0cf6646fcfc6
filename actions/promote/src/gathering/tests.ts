import { relative } from 'node:path';
import { findFiles, isSuiteError, readBoundedFile } from '@artifact-lifecycle/core';
import { countTestCases, judgeTests, MAX_REPORT_BYTES } from '@artifact-lifecycle/gates';
import { prove } from './proofs.ts';
import type { Gatherer } from './scene.ts';

/** Gate `tests`: reports in the workspace, or the test result that is attested. */
export const gatherTests: Gatherer<'tests'> = async (settings, { proofs, desk }) => {
  if (settings.attestation !== undefined) {
    const proven = await prove('tests', settings, proofs);
    if (proven !== undefined && 'verdict' in proven) return proven.verdict;
    if (proven !== undefined) {
      return judgeTests(settings, { kind: 'attestation', verification: proven.verification });
    }
  }
  const { workspace } = desk.context;
  const files = await findReports(settings.junit ?? [], workspace);
  const reports = [];
  for (const path of files) {
    const name = relative(workspace, path);
    const what = `The report ${JSON.stringify(name)}`;
    reports.push(countTestCases(await readBoundedFile(path, MAX_REPORT_BYTES, what), name));
  }
  return judgeTests(settings, { kind: 'junit', reports });
};

/** No report is no mistake of the policy's: it is what the gate has to say. */
async function findReports(globs: readonly string[], workspace: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const glob of globs) {
    try {
      for (const path of await findFiles([glob], workspace, 'The gate "tests"')) found.add(path);
    } catch (error) {
      if (!isSuiteError(error, 'NOT_FOUND')) throw error;
    }
  }
  return [...found].toSorted();
}
