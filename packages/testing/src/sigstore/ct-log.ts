import { X509Certificate } from 'node:crypto';
import { answerJson } from '../registry/answer.ts';
import { type CtLog, makeCtLog, signPromise } from './certificate-transparency.ts';
import { derExplicit, derSequence } from './der.ts';
import { NotDer, readElements, readOid, readOne } from './der-reader.ts';
import { fromBase64, member, Rejection, receiveJson, type Service, startService } from './service.ts';

export interface CtLogOptions {
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** The front of a certificate transparency log: it promises to enter certificates, and keeps none. */
export interface CtLogService extends Service {
  readonly ctLog: CtLog;
  /** PEM of its public key, for an authority that checks the promises it gets. */
  readonly publicKey: string;
}

/** What makes a certificate a precertificate (RFC 6962, 3.1). */
const POISON = '1.3.6.1.4.1.11129.2.4.3';

const TAG = { sequence: 0x30, oid: 0x06, extensions: 0xa3 } as const;

/** Starts a log with a key of its own. */
export async function startCtLog(options: CtLogOptions = {}): Promise<CtLogService> {
  const { now = Date.now } = options;
  const ctLog = makeCtLog();
  const service = await startService({
    'POST /ct/v1/add-pre-chain': async (exchange) => {
      const request = await receiveJson(exchange, refuse);
      const [leaf, issuer] = readChain(member(request, 'chain'));
      const time = now();
      const signature = signPromise(ctLog, { tbs: withoutPoison(leaf), issuerSpki: keyOf(issuer), time });
      return answerJson(200, {
        sct_version: 0,
        id: ctLog.id.toString('base64'),
        timestamp: time,
        extensions: '',
        signature: signature.toString('base64'),
      });
    },
  });
  return {
    ...service,
    ctLog,
    publicKey: ctLog.key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function refuse(): Rejection {
  return new Rejection(400, { error_message: 'not a chain with a precertificate', success: false });
}

/** The precertificate and its issuer; what follows them changes nothing. */
function readChain(chain: unknown): readonly [Buffer, Buffer] {
  const [leaf, issuer] = Array.isArray(chain) ? chain.map(fromBase64) : [];
  if (leaf === undefined || issuer === undefined) throw refuse();
  return [leaf, issuer];
}

function keyOf(issuer: Buffer): Buffer {
  try {
    return new X509Certificate(issuer).publicKey.export({ type: 'spki', format: 'der' });
  } catch {
    throw refuse();
  }
}

/** The signed part of a precertificate as it will be in the certificate, but for the promise (RFC 6962, 3.2). */
function withoutPoison(certificate: Buffer): Buffer {
  try {
    const [tbs] = readElements(readOne(certificate, TAG.sequence).content);
    const members = readElements(readOne(tbs?.whole ?? Buffer.alloc(0), TAG.sequence).content);
    const isPoison = (extension: Buffer): boolean => {
      const [name] = readElements(extension);
      return name?.tag === TAG.oid && readOid(name.content) === POISON;
    };
    let found = false;
    const kept = members.map(({ tag, content, whole }) => {
      if (tag !== TAG.extensions) return whole;
      const extensions = readElements(readOne(content, TAG.sequence).content);
      const others = extensions.filter((extension) => !isPoison(extension.content));
      found = others.length < extensions.length;
      return derExplicit(3, derSequence(...others.map((extension) => extension.whole)));
    });
    if (!found) throw refuse();
    return derSequence(...kept);
  } catch (error) {
    throw error instanceof NotDer ? refuse() : error;
  }
}
