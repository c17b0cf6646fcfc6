import { compilePattern, regularExpressionOf } from '@artifact-lifecycle/core';
import type { Signer } from '@artifact-lifecycle/core/policy';
import { canonical, comparedBy, type Differences } from './difference.ts';

/**
 * Compares who must have signed: the same, or one of those that a pattern allows.
 *
 * @param isOpen whether anybody may have signed where the policy names nobody.
 */
export function narrowerSigner(
  policy: Signer | undefined,
  input: Signer | undefined,
  isOpen: boolean,
): Differences {
  const differences = comparedBy(policy, input, isNarrower, { show: showSigner, withoutPolicy: isOpen });
  return differences.map((difference) => ({ ...difference, writtenAs: settingOf(input) }));
}

/** What a policy writes to name a signer. */
export function settingOf(signer: Signer | undefined): string {
  switch (signer?.kind) {
    case 'key':
      return 'key';
    case 'identity-pattern':
      return 'certificate-identity-pattern';
    default:
      return 'certificate-identity';
  }
}

function isNarrower(policy: Signer, input: Signer): boolean {
  if (canonical(policy) === canonical(input)) return true;
  // An issuer that is left out depends on the server, so that it can be compared with none that is named.
  return (
    policy.kind === 'identity-pattern' &&
    input.kind === 'identity' &&
    policy.issuer === input.issuer &&
    compilePattern(policy.pattern)(input.identity)
  );
}

/** For people: what the policy names, and the issuer where it does. */
export function showSigner(signer: Signer): string {
  if (signer.kind === 'key')
    return signer.key.kind === 'file' ? `key ${signer.key.path}` : 'a key in the text';
  const who = signer.kind === 'identity' ? signer.identity : `pattern ${signer.pattern}`;
  return signer.issuer === undefined ? who : `${who} (issuer ${signer.issuer})`;
}

/** Whether all that a glob allows another allows, too, as far as that is plain: the same, or a text that it matches. */
export function isNarrowerGlob(input: string, policy: string): boolean {
  if (input === policy) return true;
  const isText = !/[\\*?[\]{}]/.test(input) && regularExpressionOf(input) === undefined;
  return isText && regularExpressionOf(policy) === undefined && compilePattern(policy)(input);
}
