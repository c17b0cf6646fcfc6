import { derInteger } from './der.ts';
import { type DerElement, NotDer, readElements, readOid, readOne } from './der-reader.ts';
import { fromBase64, isObject } from './service.ts';
import { STAMPED_DIGESTS } from './timestamp-token.ts';

/** What a client wants stamped. */
export interface TimestampRequest {
  readonly digestOid: string;
  readonly digest: Buffer;
  readonly policy: string | undefined;
  /** The content of an INTEGER. */
  readonly nonce: Buffer | undefined;
  readonly wantsCertificates: boolean;
}

/** Why a request is refused: the texts of Sigstore's authority. */
export class BadTimestampRequest extends Error {}

const UNREADABLE = 'Error generating timestamp response';
const WEAK = 'Weak hash algorithm in timestamp request';
const WRONG_LENGTH = 'Message digest has incorrect length for specified algorithm';

/**
 * Reads a TimeStampReq (RFC 3161, 2.4.1).
 *
 * @throws BadTimestampRequest for what is none, for weak digests and for digests of a wrong length
 */
export function parseTimestampRequest(bytes: Buffer): TimestampRequest {
  try {
    const [version, imprint, ...optional] = readElements(readOne(bytes, 0x30).content);
    if (version?.tag !== 0x02 || !version.content.equals(Buffer.of(1)) || imprint?.tag !== 0x30) {
      throw new NotDer('no TimeStampReq');
    }
    const [algorithm, digest] = readElements(imprint.content);
    const [oid] = readElements(algorithm?.content ?? Buffer.alloc(0));
    if (oid?.tag !== 0x06 || digest?.tag !== 0x04) throw new NotDer('no MessageImprint');
    const part = (tag: number): DerElement | undefined => optional.find((element) => element.tag === tag);
    const policy = part(0x06);
    return checkDigest({
      digestOid: readOid(oid.content),
      digest: digest.content,
      policy: policy === undefined ? undefined : readOid(policy.content),
      nonce: part(0x02)?.content,
      wantsCertificates: part(0x01)?.content[0] === 0xff,
    });
  } catch (error) {
    if (error instanceof NotDer) throw new BadTimestampRequest(UNREADABLE);
    throw error;
  }
}

/**
 * Reads the form in JSON that Sigstore's authority takes beside DER.
 *
 * @throws BadTimestampRequest as for DER
 */
export function parseJsonTimestampRequest(bytes: Buffer): TimestampRequest {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BadTimestampRequest(UNREADABLE);
  }
  if (!isObject(document)) throw new BadTimestampRequest(UNREADABLE);
  const { artifactHash, hashAlgorithm, nonce, certificates, tsaPolicyOID: policy } = document;
  const digest = fromBase64(artifactHash);
  if (digest === undefined || typeof hashAlgorithm !== 'string') throw new BadTimestampRequest(UNREADABLE);
  const known = Object.hasOwn(STAMPED_DIGESTS, hashAlgorithm) ? STAMPED_DIGESTS[hashAlgorithm] : undefined;
  return checkDigest({
    digestOid: known?.oid ?? '',
    digest,
    policy: typeof policy === 'string' ? policy : undefined,
    nonce: typeof nonce === 'number' ? readOne(derInteger(nonce), 0x02).content : undefined,
    wantsCertificates: certificates === true,
  });
}

function checkDigest(request: TimestampRequest): TimestampRequest {
  const known = Object.values(STAMPED_DIGESTS).find(({ oid }) => oid === request.digestOid);
  if (known === undefined) throw new BadTimestampRequest(WEAK);
  if (request.digest.length !== known.length) throw new BadTimestampRequest(WRONG_LENGTH);
  return request;
}
