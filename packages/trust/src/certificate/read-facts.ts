import type { Certificate } from './certificate.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import { childAt, DerError, readChildren, readDer, readOid, TAG } from './der.ts';

/** Sigstore's arc: extension N is `1.3.6.1.4.1.57264.1.N` (fulcio, "oid-info"). */
const ARC = '1.3.6.1.4.1.57264.1';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
/** Names of people without an address, which Fulcio writes as `otherName`. */
const OTHER_NAME = `${ARC}.7`;

/** Kinds of GeneralName (RFC 5280, 4.2.1.6), as they are tagged. */
const NAME = { other: 0xa0, email: 0x81, uri: 0x86 } as const;

/** The old form of a value, which is still written beside the new one, by number. */
const PAIRS = [
  { old: 1, now: 8 },
  { old: 2, now: 20 },
  { old: 3, now: 13 },
  { old: 6, now: 14 },
] as const;

/**
 * Reads what a certificate says of who signed. Each value is taken from one place, its bytes are text without control
 * characters, and old and new forms of a value must agree, so that no two readers see different signers.
 *
 * @throws DerError
 */
export function readCertificateFacts(certificate: Certificate): CertificateFacts {
  const raw = (number: number): string | undefined => {
    const value = certificate.extensions.get(`${ARC}.${number}`)?.value;
    return value === undefined ? undefined : readText(value);
  };
  const text = (number: number): string | undefined => {
    const value = certificate.extensions.get(`${ARC}.${number}`)?.value;
    return value === undefined ? undefined : readText(readDer(value, TAG.utf8String).content);
  };
  for (const { old, now } of PAIRS) {
    const [before, after] = [raw(old), text(now)];
    if (before !== undefined && after !== undefined && before !== after) {
      throw new DerError(`the extensions ${old} and ${now} say different things`);
    }
  }
  const [name, uri] = [raw(5), text(12)];
  if (name !== undefined && uri !== undefined && !uri.endsWith(`/${name}`)) {
    throw new DerError('the extensions 5 and 12 say different things');
  }
  const issuer = text(8) ?? raw(1);
  if (issuer === undefined) throw new DerError('no issuer');
  return {
    identity: readIdentity(certificate),
    issuer,
    buildSignerUri: text(9),
    buildSignerDigest: text(10),
    runnerEnvironment: text(11),
    sourceRepositoryUri: uri,
    sourceRepositoryDigest: text(13),
    sourceRepositoryRef: text(14),
    sourceRepositoryId: text(15),
    sourceRepositoryOwnerUri: text(16),
    sourceRepositoryOwnerId: text(17),
    buildConfigUri: text(18),
    buildConfigDigest: text(19),
    buildTrigger: text(20),
    runInvocationUri: text(21),
    sourceRepositoryVisibility: text(22),
    deploymentEnvironment: text(23),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
  };
}

/** The one alternative name. Of several, each reader may take another, so there may be no second. */
function readIdentity({ extensions }: Certificate): string {
  const extension = extensions.get(SUBJECT_ALTERNATIVE_NAME);
  if (extension === undefined) throw new DerError('no alternative name');
  const [name, ...more] = readChildren(readDer(extension.value, TAG.sequence));
  if (name === undefined || more.length > 0) throw new DerError('not exactly one alternative name');
  switch (name.tag) {
    case NAME.uri:
    case NAME.email:
      return readAscii(name.content);
    case NAME.other: {
      const parts = readChildren(name);
      if (readOid(childAt(parts, 0, TAG.oid)) !== OTHER_NAME) throw new DerError('a name of unknown kind');
      const value = childAt(parts, 1, 0xa0).content;
      return readText(readDer(value, TAG.utf8String).content);
    }
    default:
      throw new DerError('a name of unknown kind');
  }
}

/** An IA5String of visible characters: a reader that drops high bits would see other letters. */
function readAscii(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  if (!/^[\x21-\x7e]+$/.test(text)) throw new DerError('a name with characters that no name has');
  return text;
}

function readText(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DerError('a value that is not UTF-8 text');
  }
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw new DerError('a value with control characters');
  return text;
}
