import { appendFile } from 'node:fs/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import { type Digest, formatLocation, type Location } from '@artifact-lifecycle/registry';

/**
 * Tells the runner what was named, for the steps to come (actions/runner 2.336, `GITHUB_ARTIFACTS`): one line
 * `oci://name@sha256:hex`. Runners without the feature set no file, and nothing is told.
 *
 * Images outside of a registry have no name there; the runner rejects any `=`.
 */
export async function tellArtifact(
  location: Location,
  digest: Digest,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const file = env['GITHUB_ARTIFACTS'];
  if (!file || location.kind !== 'registry') return;
  const line = `oci://${formatLocation(location)}@${digest}`;
  if (line.includes('=')) return;
  try {
    await appendFile(file, `${line}\n`);
  } catch (cause) {
    throw new SuiteError('INTERNAL', "The runner's list of artifacts cannot be written.", {
      remedy: 'The tags are set. Check the file that GITHUB_ARTIFACTS names.',
      cause,
    });
  }
}
