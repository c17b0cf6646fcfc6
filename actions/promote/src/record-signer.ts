import { createPublicKey } from 'node:crypto';
import { compilePattern } from '@artifact-lifecycle/core';
import type { IdentityPolicy } from '@artifact-lifecycle/trust';

/**
 * Why records of one signer would not count where another is named (policy: `records`), as a sentence; `undefined` where
 * they would. One that does not count as the newest record of an environment would keep everything out of it.
 */
export function uncountedProblem(signer: IdentityPolicy, counting: IdentityPolicy): string | undefined {
  if (signer.kind === 'key' || counting.kind === 'key') {
    if (signer.kind !== counting.kind) {
      return `it is signed by ${kindOf(signer)}, and the policy names ${kindOf(counting)}.`;
    }
    const isSame = signer.kind === 'key' && counting.kind === 'key' && isSameKey(signer, counting);
    return isSame ? undefined : 'it is signed by another key than the policy names.';
  }
  const { identity, issuer } = signer;
  if (identity === undefined || !('exact' in identity)) return undefined;
  if (issuer !== counting.issuer) {
    return `its issuer is ${issuer}, and the policy names ${counting.issuer}.`;
  }
  const named = counting.identity;
  if (named === undefined) return undefined;
  const names = 'exact' in named ? [named.exact] : 'anyOf' in named ? named.anyOf : [named.pattern];
  const counts =
    'exact' in named
      ? named.exact === identity.exact
      : names.some((pattern) => compilePattern(pattern)(identity.exact));
  return counts ? undefined : `its signer is ${identity.exact}, and the policy names ${names.join(' or ')}.`;
}

type KeyPolicy = Extract<IdentityPolicy, { readonly kind: 'key' }>;

function isSameKey(one: KeyPolicy, other: KeyPolicy): boolean {
  const [a, b] = [one, other].map(({ publicKey }) =>
    createPublicKey(publicKey).export({ type: 'spki', format: 'der' }).toString('hex'),
  );
  return a === b;
}

function kindOf({ kind }: IdentityPolicy): string {
  return kind === 'key' ? 'a key' : 'a certificate identity';
}
