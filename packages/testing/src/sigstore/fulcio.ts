import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type Authority, makeAuthority, validityAround } from './authority.ts';
import { toPem } from './certificate.ts';
import { type CtLog, makeCtLog } from './certificate-transparency.ts';
import { nameOf } from './fulcio-extensions.ts';
import { type Claims, changeClaims, GITHUB_CLAIMS } from './github-claims.ts';
import { verifyToken } from './json-web-token.ts';
import { type CertificateChanges, CODE_SIGNING, issueLeaf } from './leaf.ts';
import type { OidcIssuer } from './oidc-issuer.ts';
import {
  gatewayRejection,
  type JsonObject,
  member,
  receiveJson,
  type Service,
  startService,
} from './service.ts';

export interface FulcioOptions {
  /** Whose tokens it takes. */
  readonly issuer: Pick<OidcIssuer, 'issuer' | 'keys'>;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** How its certificates differ from honest ones. */
  readonly changes?: CertificateChanges | undefined;
}

/** A certificate and its issuers, each in DER: leaf, intermediate, root. */
export interface IssuedCertificate {
  readonly leaf: Buffer;
  readonly chain: readonly Buffer[];
}

/** A certificate authority for tokens. */
export interface Fulcio extends Service {
  readonly authority: Authority;
  readonly ctLog: CtLog;
  /** From now on certificates are like this; `{}` makes them honest again. */
  tamper(changes: CertificateChanges): void;
  /** Issues without a request or a token: the claims are added to those of an ordinary job. */
  issue(publicKey: KeyObject, claims?: Claims, changes?: CertificateChanges): IssuedCertificate;
}

/** The audience that tokens for it must have. */
const AUDIENCE = 'sigstore';

/** RSA keys that are shorter are refused. */
const MIN_RSA_BITS = 2048;

/** Starts a Fulcio with authorities of its own. */
export async function startFulcio(options: FulcioOptions): Promise<Fulcio> {
  const { issuer, now = Date.now } = options;
  const authority = makeAuthority('local.test', CODE_SIGNING, validityAround(now()));
  const ctLog = makeCtLog();
  let changes = options.changes ?? {};
  let stranger: Authority | undefined;

  const make = (publicKey: KeyObject, claims: JsonObject, asked: CertificateChanges): IssuedCertificate => {
    const name = nameOf(claims);
    if (name === undefined) throw refuseToken();
    const isStranger = asked.issuedBy === 'stranger';
    if (isStranger) stranger ??= makeAuthority('local.test', CODE_SIGNING, validityAround(now()));
    const by = isStranger && stranger !== undefined ? stranger : authority;
    const log = asked.sct === 'foreign' ? makeCtLog() : ctLog;
    const leaf = issueLeaf({ authority: by, ctLog: log }, { publicKey, claims, name, now: now() }, asked);
    return { leaf, chain: asked.issuedBy === 'root' ? [leaf, by.chain[1]] : [leaf, ...by.chain] };
  };
  const authenticate = async (token: unknown): Promise<JsonObject> => {
    const keys = await issuer.keys();
    const demands = { issuer: issuer.issuer, audience: AUDIENCE, keys, now: now() };
    const claims = typeof token === 'string' ? verifyToken(token, demands) : undefined;
    if (claims === undefined) throw refuseToken();
    return claims;
  };
  const sign = async (exchange: Exchange): Promise<Answer> => {
    const request = await receiveJson(exchange, () => gatewayRejection(400, 'invalid JSON'));
    const bearer = /^bearer (.+)$/i.exec(exchange.header('authorization') ?? '')?.[1];
    const claims = await authenticate(member(request, 'credentials', 'oidcIdentityToken') ?? bearer);
    const publicKey = parsePublicKey(member(request, 'publicKeyRequest', 'publicKey', 'content'));
    checkPossession(publicKey, member(request, 'publicKeyRequest', 'proofOfPossession'), claims);
    const { chain } = make(publicKey, claims, changes);
    const kind = changes.sct === 'none' ? 'signedCertificateDetachedSct' : 'signedCertificateEmbeddedSct';
    return answerJson(200, { [kind]: { chain: { certificates: chain.map(toPem) } } });
  };
  const service = await startService({
    'POST /api/v2/signingCert': sign,
    'GET /api/v2/trustBundle': () =>
      answerJson(200, { chains: [{ certificates: authority.chain.map(toPem) }] }),
  });
  return {
    ...service,
    authority,
    ctLog,
    tamper: (next) => {
      changes = next;
    },
    issue: (publicKey, claims = {}, asked = {}) =>
      make(publicKey, { iss: issuer.issuer, ...changeClaims(GITHUB_CLAIMS, claims) }, asked),
  };
}

function refuseToken(): Error {
  return gatewayRejection(400, 'There was an error processing the identity token');
}

/** Takes a key as PEM, of the kinds that Fulcio signs for. */
function parsePublicKey(content: unknown): KeyObject {
  const refusal = gatewayRejection(400, 'The public key supplied in the request could not be parsed');
  if (typeof content !== 'string' || !content.includes('-----BEGIN')) throw refusal;
  let key: KeyObject;
  try {
    key = createPublicKey(content);
  } catch {
    throw refusal;
  }
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  const isKnown =
    kind === 'ed25519' ||
    (kind === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) ||
    (kind === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(details?.namedCurve ?? ''));
  if (!isKnown) throw gatewayRejection(400, 'The public key supplied in the request is insecure');
  return key;
}

/** The proof is a signature over the token's subject, or over the e-mail address of a person. */
function checkPossession(publicKey: KeyObject, proof: unknown, claims: JsonObject): void {
  const name = nameOf(claims);
  const subject = name?.kind === 'email' ? name.value : claims['sub'];
  const digest = publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = Buffer.from(typeof proof === 'string' ? proof : '', 'base64');
  if (typeof subject !== 'string' || !verify(digest, Buffer.from(subject), publicKey, signature)) {
    throw gatewayRejection(400, 'The signature supplied in the request could not be verified');
  }
}
