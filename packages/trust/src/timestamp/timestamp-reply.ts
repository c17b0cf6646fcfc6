import { createHash } from 'node:crypto';
import {
  childAt,
  type DerElement,
  DerError,
  readChildren,
  readDer,
  readOid,
  TAG,
} from '../certificate/der.ts';
import { readDerTime } from '../certificate/der-time.ts';

const EXPLICIT_0 = 0xa0;
const SHA256_OID = '2.16.840.1.101.3.4.2.1';

/**
 * Says what is wrong with a TimeStampResp as the answer to our request, as a half-sentence, or `undefined` (RFC 3161,
 * 2.4.2). Who signed it is not looked at here.
 */
export function timestampReplyProblem(
  reply: Uint8Array,
  stamped: Uint8Array,
  nonce: Buffer,
): string | undefined {
  try {
    const [status, token] = readChildren(readDer(reply, TAG.sequence));
    const code = childAt(status === undefined ? [] : readChildren(status), 0, TAG.integer).content;
    // PKIStatus: granted, or granted with modifications.
    if (code.length !== 1 || (code[0] ?? 2) > 1) return `refused to stamp (status ${code.toString('hex')})`;
    const info = readInfo(token);
    const [algorithm, digest] = readChildren(childAt(info, 2, TAG.sequence));
    const oid = readOid(childAt(algorithm === undefined ? [] : readChildren(algorithm), 0, TAG.oid));
    const expected = createHash('sha256').update(stamped).digest();
    if (oid !== SHA256_OID || digest?.tag !== TAG.octetString || !expected.equals(digest.content)) {
      return 'stamped other bytes than ours';
    }
    readDerTime(childAt(info, 4, TAG.generalizedTime));
    // After the time come accuracy and ordering, which are no INTEGER, then the nonce.
    const returned = info.slice(5).find(({ tag }) => tag === TAG.integer);
    return returned?.content.equals(nonce) === true
      ? undefined
      : 'answered another request than ours: its nonce differs';
  } catch (error) {
    if (error instanceof DerError) return 'answered with something else than a timestamp';
    throw error;
  }
}

/** TSTInfo: version, policy, messageImprint, serialNumber, genTime, … (RFC 3161, 2.4.2; RFC 5652, 5.1). */
function readInfo(token: DerElement | undefined): readonly DerElement[] {
  const signedData = readDer(childAt(token === undefined ? [] : readChildren(token), 1, EXPLICIT_0).content);
  const encapsulated = readChildren(childAt(readChildren(signedData), 2, TAG.sequence));
  const octets = readDer(childAt(encapsulated, 1, EXPLICIT_0).content, TAG.octetString);
  return readChildren(readDer(octets.content, TAG.sequence));
}
