import { resolve } from 'node:path';
import { readBoundedFile } from '@artifact-lifecycle/core';
import type { ActionContext, SigstoreSetting } from '@artifact-lifecycle/core/action';
import type { Signer } from '@artifact-lifecycle/core/policy';
import type { Digest } from '@artifact-lifecycle/registry';
import {
  type BundleOrigin,
  findAcceptedStatements,
  identityOf,
  issuerOf,
  RegistryStore,
  readVerificationRoots,
} from '@artifact-lifecycle/trust';
import {
  holdsStatements,
  readAttestedVex,
  VEX_PREDICATE_TYPES,
  type VexStatement,
} from '@artifact-lifecycle/vulnerabilities';
import type { DescribedIndex } from './description.ts';

type Context = Pick<ActionContext, 'log' | 'env' | 'clock' | 'workspace' | 'signal'>;

/** A public key is some hundred bytes. */
const MAX_KEY_BYTES = 64 * 1024;

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
    readKey: async (path) => {
      const what = `The public key ${JSON.stringify(path)} of "vex-identity"`;
      return String(await readBoundedFile(resolve(workspace, path), MAX_KEY_BYTES, what));
    },
  });
  const roots = await readVerificationRoots(
    { sigstore, trustedRoot: undefined, isKeyAlone: identity.kind === 'key' },
    { directory: env['RUNNER_TEMP'], signal },
  );
  const stores = [new RegistryStore(registry, { clock })];
  const digests = new Set<Digest>([root.digest, ...images.map(({ manifest }) => manifest.digest)]);
  const statements: VexStatement[] = [];
  for (const digest of digests) {
    const question = { digest, stores, identity, predicateTypes: VEX_PREDICATE_TYPES, roots, clock, signal };
    const { accepted, refused } = await findAcceptedStatements(question);
    for (const { origin, claim, reason } of refused) {
      // Somebody else's SBOM is nobody's excuse; what could not be read may have been one.
      if (claim !== undefined && !holdsStatements(claim)) continue;
      log.warning(`The attestation ${nameOf(origin)} of ${digest} does not count as VEX: ${reason}`);
    }
    const { statements: found, warnings } = readAttestedVex(
      accepted.map(({ statement, origin, signer: by, signedAt }) => ({
        predicateType: statement.predicateType,
        predicate: statement.predicate,
        subject: digest,
        document: `attestation ${nameOf(origin)}`,
        signer: by,
        signedAt,
      })),
    );
    for (const warning of warnings) log.warning(warning);
    statements.push(...found);
  }
  log.info(`VEX attestations by "vex-identity" have ${statements.length} statements`);
  return statements;
}

function nameOf(origin: BundleOrigin): string {
  switch (origin.kind) {
    case 'referrer':
    case 'buildkit':
      return origin.digest;
    case 'legacy-tag':
      return `${origin.tag} (layer ${origin.layer})`;
    case 'github':
      return origin.id ?? 'at GitHub';
    case 'file':
      return origin.path;
  }
}
