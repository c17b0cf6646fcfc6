import type { Signer } from '@artifact-lifecycle/core/policy';
import type { IdentityPolicy } from './policy.ts';

/** What a signer of the policy needs from outside. */
export interface SignerWorld {
  /** Of GitHub Actions' identity tokens on this server, where the policy names no issuer. */
  readonly issuer: string;
  /**
   * Reads a public key's file, from the workspace.
   *
   * @throws SuiteError `NOT_FOUND`
   */
  readKey(path: string): Promise<string>;
}

/** Makes a signer of the policy one that a verifier knows: issuer put in, key read. @throws what `readKey` throws */
export async function identityOf(signer: Signer, world: SignerWorld): Promise<IdentityPolicy> {
  switch (signer.kind) {
    case 'key': {
      const { key } = signer;
      return { kind: 'key', publicKey: key.kind === 'pem' ? key.pem : await world.readKey(key.path) };
    }
    case 'identity':
      return {
        kind: 'certificate',
        identity: { exact: signer.identity },
        issuer: signer.issuer ?? world.issuer,
      };
    case 'identity-pattern':
      return {
        kind: 'certificate',
        identity: { pattern: signer.pattern },
        issuer: signer.issuer ?? world.issuer,
      };
  }
}
