import { type ActionContext, formatCount, type SigstoreSetting } from '@artifact-lifecycle/core/action';
import type { Signer } from '@artifact-lifecycle/core/policy';
import {
  identityOf,
  issuerOf,
  RegistryStore,
  readPublicKeyFile,
  readVerificationRoots,
} from '@artifact-lifecycle/trust';
import { readImageVex, type VexStatement } from '@artifact-lifecycle/vulnerabilities';
import type { DescribedIndex } from './description.ts';

type Context = Pick<ActionContext, 'log' | 'env' | 'clock' | 'workspace' | 'signal'>;

/**
 * Reads the VEX attestations of an image, its index and its platforms that verify for `vex-identity`. What does not
 * verify says nothing, and a warning names it.
 *
 * @throws SuiteError those of reading registry, key and trusted roots
 */
export async function readAttestedStatements(
  { registry, root, images }: DescribedIndex,
  signer: Signer,
  sigstore: SigstoreSetting,
  context: Context,
): Promise<readonly VexStatement[]> {
  const { log, env, clock, workspace, signal } = context;
  const identity = await identityOf(signer, {
    issuer: issuerOf(env['GITHUB_SERVER_URL'] || 'https://github.com'),
    readKey: (path) => readPublicKeyFile(path, '"vex-identity"', workspace),
  });
  const roots = await readVerificationRoots(
    { sigstore, trustedRoot: undefined, isKeyAlone: identity.kind === 'key' },
    { directory: env['RUNNER_TEMP'], signal },
  );
  const { statements, warnings } = await readImageVex({
    digests: [root.digest, ...images.map(({ manifest }) => manifest.digest)],
    stores: [new RegistryStore(registry, { clock })],
    ...{ identity, roots, clock, signal },
  });
  for (const warning of warnings) log.warning(warning);
  log.info(`VEX attestations by "vex-identity" have ${formatCount(statements.length, 'statement')}`);
  return statements;
}
