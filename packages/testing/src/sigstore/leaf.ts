import type { KeyObject } from 'node:crypto';
import type { Authority } from './authority.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateTemplate,
  EMPTY_NAME,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  makeSerial,
  signCertificate,
  subjectKeyIdentifier,
  writeTbs,
} from './certificate.ts';
import { type CtLog, promiseEntry } from './certificate-transparency.ts';
import { derImplicit, derSequence } from './der.ts';
import { type AlternativeName, type ExtensionChanges, writeExtensions } from './fulcio-extensions.ts';
import type { JsonObject } from './service.ts';

/** `id-kp-codeSigning`. */
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/** Fulcio's certificates hold ten minutes. */
export const LEAF_LIFETIME = 600_000;

/** How a certificate differs from an honest one. */
export interface CertificateChanges {
  /** Sigstore's extensions by number. */
  readonly extensions?: ExtensionChanges | undefined;
  /** Instead of the workflow's address; none at all when empty. */
  readonly names?: readonly AlternativeName[] | undefined;
  /** Another extended key usage; `null` leaves it out. */
  readonly extendedKeyUsage?: string | null | undefined;
  /** `null` leaves it out. */
  readonly keyUsage?: 'digitalSignature' | 'certSign' | null | undefined;
  /** Says that the holder may issue certificates. */
  readonly isAuthority?: boolean | undefined;
  /** No promise of a log, one of a log nobody knows, one for another certificate. */
  readonly sct?: 'none' | 'foreign' | 'broken' | undefined;
  /** When the log saw it, in milliseconds since 1970. */
  readonly sctTime?: number | undefined;
  /** Another authority of the same name, or the root without the intermediate. */
  readonly issuedBy?: 'stranger' | 'root' | undefined;
  /** Milliseconds since 1970. */
  readonly notBefore?: number | undefined;
  readonly notAfter?: number | undefined;
  /** More extensions, such as critical ones nobody knows. */
  readonly more?: readonly Extension[] | undefined;
}

/** Who issues, and who promises to publish. */
export interface LeafIssuer {
  readonly authority: Authority;
  readonly ctLog: CtLog;
}

/** What a leaf is made of. */
export interface LeafRequest {
  readonly publicKey: KeyObject;
  readonly claims: JsonObject;
  readonly name: AlternativeName;
  readonly now: number;
}

/** Issues a leaf as Fulcio does, with the changes that a test asks for, and gives its DER. */
export function issueLeaf(
  { authority, ctLog }: LeafIssuer,
  { publicKey, claims, name, now }: LeafRequest,
  changes: CertificateChanges = {},
): Buffer {
  const isByRoot = changes.issuedBy === 'root';
  const issuerKey = isByRoot ? authority.rootKey : authority.key;
  const usage = changes.extendedKeyUsage === undefined ? CODE_SIGNING : changes.extendedKeyUsage;
  const holds = changes.keyUsage === undefined ? 'digitalSignature' : changes.keyUsage;
  const extensions: Extension[] = [
    ...(holds === null ? [] : [keyUsage(holds)]),
    ...(usage === null ? [] : [extendedKeyUsage(usage)]),
    ...(changes.isAuthority === true ? [basicConstraints(true)] : []),
    subjectKeyIdentifier(publicKey),
    authorityKeyIdentifier(issuerKey.publicKey),
    ...alternativeNames(changes.names ?? [name]),
    ...writeExtensions(claims, changes.extensions),
    ...(changes.more ?? []),
  ];
  const notBefore = changes.notBefore ?? now;
  const template: CertificateTemplate = {
    subject: EMPTY_NAME,
    issuer: isByRoot ? authority.rootName : authority.name,
    publicKey,
    notBefore,
    notAfter: changes.notAfter ?? notBefore + LEAF_LIFETIME,
    serial: makeSerial(),
    extensions,
  };
  if (changes.sct === 'none') return signCertificate(template, issuerKey);
  const seen = changes.sct === 'broken' ? { ...template, serial: makeSerial() } : template;
  const promise = promiseEntry(ctLog, {
    tbs: writeTbs(seen, issuerKey.algorithm),
    issuerSpki: issuerKey.spki,
    time: changes.sctTime ?? now,
  });
  return signCertificate({ ...template, extensions: [...extensions, promise] }, issuerKey);
}

/** GeneralName's numbers (RFC 5280, 4.2.1.6). */
const NAME_KIND = { email: 1, dns: 2, uri: 6 } as const;

function alternativeNames(names: readonly AlternativeName[]): readonly Extension[] {
  if (names.length === 0) return [];
  const written = names.map(({ kind, value }) => derImplicit(NAME_KIND[kind], Buffer.from(value, 'utf8')));
  // Critical, since the subject is empty.
  return [{ oid: '2.5.29.17', critical: true, value: derSequence(...written) }];
}
