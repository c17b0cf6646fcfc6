import * as z from 'zod/mini';
import { patternProblem, regularExpressionOf } from '../pattern.ts';
import { quote } from './problem.ts';
import { type CamelKeys, camelKeys, mapping, optional, type Report, text } from './settings.ts';
import { plainText, webAddress } from './texts.ts';

/** A public key: as text, or the file that holds it. */
export type PublicKey =
  | { readonly kind: 'pem'; readonly pem: string }
  | { readonly kind: 'file'; readonly path: string };

/**
 * Who must have signed. Without an `issuer` GitHub Actions' own is meant; which one that is, depends on the
 * server (github.com, a GHE.com tenant), so it is left to who verifies.
 */
export type Signer =
  | { readonly kind: 'identity'; readonly identity: string; readonly issuer?: string }
  | { readonly kind: 'identity-pattern'; readonly pattern: string; readonly issuer?: string }
  | { readonly kind: 'key'; readonly key: PublicKey };

/** The settings that name a signer, wherever one is named. */
export function signerShape() {
  return {
    'certificate-identity': optional(
      'The identity in the signing certificate, exact text: the workflow that signed.',
      plainText('https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main'),
    ),
    'certificate-identity-pattern': optional(
      'A glob of identities, anchored at both ends; `*` does not match `/`, `**` does.',
      identityPattern(),
    ),
    key: optional(
      'A PEM public key in place of an identity, or the path of a file that holds it.',
      publicKey(),
    ),
    'certificate-oidc-issuer': optional(
      "Who issued the identity token, exact text; GitHub Actions' unless it is named.",
      webAddress('https://token.actions.githubusercontent.com'),
    ),
  };
}

/** The values of {@link signerShape}. */
export interface SignerSettings {
  readonly 'certificate-identity'?: string;
  readonly 'certificate-identity-pattern'?: string;
  readonly key?: PublicKey;
  readonly 'certificate-oidc-issuer'?: string;
}

const WAYS = ['certificate-identity', 'certificate-identity-pattern', 'key'] as const;

/** At most one way to name the signer is given, and an issuer only where a certificate is. */
export function refuseTwoSigners(value: SignerSettings, report: Report): void {
  const [first, second] = WAYS.filter((way) => value[way] !== undefined);
  if (first !== undefined && second !== undefined) {
    report(`cannot stand beside ${first}: a signer is named in one way`, second);
  }
  if (value['certificate-oidc-issuer'] !== undefined && (first === undefined || first === 'key')) {
    report(
      'needs a certificate-identity or certificate-identity-pattern beside it',
      'certificate-oidc-issuer',
    );
  }
}

/** Takes the signer out of the settings that may name one. */
export function splitSigner<T extends SignerSettings>(
  value: T,
): { readonly signer: Signer | undefined; readonly rest: Omit<T, keyof SignerSettings> } {
  const {
    'certificate-identity': identity,
    'certificate-identity-pattern': pattern,
    'certificate-oidc-issuer': issuer,
    key,
    ...rest
  } = value;
  const issued = issuer === undefined ? {} : { issuer };
  if (identity !== undefined) return { signer: { kind: 'identity', identity, ...issued }, rest };
  if (pattern !== undefined) return { signer: { kind: 'identity-pattern', pattern, ...issued }, rest };
  return { signer: key === undefined ? undefined : { kind: 'key', key }, rest };
}

/** As {@link splitSigner}, with the signer beside the other settings where one is named. */
export function withSigner<T extends SignerSettings>(
  value: T,
): CamelKeys<Omit<T, keyof SignerSettings>> & { readonly signer?: Signer } {
  const { signer, rest } = splitSigner(value);
  return { ...camelKeys(rest), ...(signer === undefined ? {} : { signer }) };
}

/** What is said where a signer must be named and is not. */
export const NO_SIGNER = `names no signer: set ${WAYS.slice(0, -1).join(', ')} or ${WAYS.at(-1)}`;

/** A mapping that names one signer. */
export function signer() {
  return z.pipe(
    mapping(signerShape(), refuseTwoSigners),
    z.transform((value, { issues }) => {
      const { signer: named } = splitSigner(value);
      if (named !== undefined) return named;
      issues.push({ code: 'custom', message: NO_SIGNER, input: value });
      return z.NEVER;
    }),
  );
}

function identityPattern() {
  return text<string>(
    (value) => {
      const problem = patternProblem(value);
      if (problem !== undefined) return { problem: `${problem}: ${quote(value)}` };
      if (regularExpressionOf(value) !== undefined)
        return { problem: 'must be a glob, not a regular expression' };
      return /[^*?{},]/.test(value) ? { value } : { problem: `matches everybody: ${quote(value)}` };
    },
    { examples: ['https://github.com/acme/*/.github/workflows/build.yml@refs/heads/main'] },
  );
}

function publicKey() {
  return text<PublicKey>(
    (value) => {
      if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) {
        return { problem: 'is a private key; a policy names public keys' };
      }
      if (value.trim() === '') return { problem: 'must not be empty' };
      if (!value.includes('-----BEGIN')) return { value: { kind: 'file', path: value.trim() } };
      return /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/.test(value)
        ? { value: { kind: 'pem', pem: value } }
        : { problem: 'is no PEM public key (-----BEGIN PUBLIC KEY-----)' };
    },
    { examples: ['.github/cosign.pub'] },
  );
}
